import { records, text } from '../api/table';
import type { Column, Table } from '../api/types';
import type { ChartModel } from '../charts/model';
import { chartModel } from '../charts/model';
import { scatterModel } from '../charts/scatter';

/** A view that a query may read, as `sql.views` tells of it. */
export interface ViewDoc {
  name: string;
  group: string;
  title: { en: string; ru: string };
  help: { en: string; ru: string };
  columns: ColumnDoc[];
}

export interface ColumnDoc {
  name: string;
  type: string;
  unit: string;
  meaning: { en: string; ru: string };
}

export interface FunctionDoc {
  name: string;
  kind: string;
  form: string;
  meaning: { en: string; ru: string };
}

export interface Offer {
  views: ViewDoc[];
  functions: FunctionDoc[];
}

export function readOffer(tables: Record<string, Table>): Offer {
  const columns = new Map<string, ColumnDoc[]>();
  for (const row of records(tables['columns'])) {
    const one = {
      name: text(row['column']),
      type: text(row['type']),
      unit: text(row['unit']),
      meaning: { en: text(row['meaning_en']), ru: text(row['meaning_ru']) },
    };
    const known = columns.get(text(row['view']));
    if (known) known.push(one);
    else columns.set(text(row['view']), [one]);
  }
  return {
    views: records(tables['views']).map((row) => ({
      name: text(row['view']),
      group: text(row['group']),
      title: { en: text(row['title_en']), ru: text(row['title_ru']) },
      help: { en: text(row['help_en']), ru: text(row['help_ru']) },
      columns: columns.get(text(row['view'])) ?? [],
    })),
    functions: records(tables['functions']).map((row) => ({
      name: text(row['function']),
      kind: text(row['kind']),
      form: text(row['form']),
      meaning: { en: text(row['meaning_en']), ru: text(row['meaning_ru']) },
    })),
  };
}

/** The views that a text names, whatever else it is: for the completion of columns. */
export function viewsIn(query: string, views: readonly ViewDoc[]): ViewDoc[] {
  const words = new Set(query.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
  return views.filter((view) => words.has(view.name));
}

/** Views whose name, title or columns hold the words, by group in the order in which groups come. */
export function filterViews(views: readonly ViewDoc[], words: string, lang: 'en' | 'ru'): ViewDoc[] {
  const needle = words.trim().toLowerCase();
  if (!needle) return [...views];
  return views.filter(
    (view) =>
      view.name.includes(needle) ||
      view.title[lang].toLowerCase().includes(needle) ||
      view.columns.some(
        (column) => column.name.includes(needle) || column.meaning[lang].toLowerCase().includes(needle),
      ),
  );
}

export const kGroups = [
  'sales',
  'customers',
  'money',
  'marketing',
  'work',
  'service',
  'people',
  'operations',
  'sources',
  'custom',
] as const;

export interface Saved {
  id: number;
  name: string;
  query: string;
  chart: string;
  owner: string;
  isShared: boolean;
  isChangeable: boolean;
}

export function readSaved(table: Table | undefined): Saved[] {
  return records(table).map((row) => ({
    id: Number(row['id']),
    name: text(row['name']),
    query: text(row['query']),
    chart: text(row['chart']),
    owner: text(row['owner']),
    isShared: row['is_shared'] === true,
    isChangeable: row['is_changeable'] === true,
  }));
}

export const kKinds = ['table', 'line', 'bar', 'scatter'] as const;
export type Kind = (typeof kKinds)[number];

/** How a result is drawn; an empty name stands for the first column that serves. */
export interface Look {
  kind: Kind;
  x: string;
  y: string;
  by: string;
}

export const kPlain: Look = { kind: 'table', x: '', y: '', by: '' };

/** As it stands in the address: "line:month:won:segment". */
export function writeLook(look: Look): string {
  if (look.kind === 'table') return '';
  return [look.kind, look.x, look.y, look.by].map(encodeURIComponent).join(':').replace(/:+$/, '');
}

export function readLook(written: string): Look {
  const [kind = '', x = '', y = '', by = ''] = written.split(':').map(decoded);
  const known = kKinds.find((one) => one === kind);
  return known && known !== 'table' ? { kind: known, x, y, by } : kPlain;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** How a saved query keeps it: a JSON object, as the server wants it. */
export const keptLook = (look: Look): string => (look.kind === 'table' ? '' : JSON.stringify(look));

export function lookOf(kept: string): Look {
  try {
    const look = JSON.parse(kept) as Partial<Record<keyof Look, unknown>>;
    const part = (name: keyof Look): string => (typeof look[name] === 'string' ? (look[name] as string) : '');
    return readLook(writeLook({ kind: part('kind') as Kind, x: part('x'), y: part('y'), by: part('by') }));
  } catch {
    return kPlain;
  }
}

const kFigures = ['integer', 'decimal', 'money', 'share', 'ratio', 'number'];
export const isFigure = (column: Column): boolean => kFigures.includes(column.type);

/** The columns that a chart takes: those chosen where they are there, else the first that serve. */
export function choose(look: Look, columns: readonly Column[]): Look {
  const has = (name: string): boolean => columns.some((column) => column.name === name);
  const figures = columns.filter(isFigure);
  const others = columns.filter((column) => !isFigure(column));
  const dates = others.filter((column) => column.type === 'date' || column.type === 'instant');
  const x = has(look.x)
    ? look.x
    : ((look.kind === 'scatter' ? figures[0] : (dates[0] ?? others[0] ?? columns[0]))?.name ?? '');
  const y = has(look.y) ? look.y : (figures.find((column) => column.name !== x)?.name ?? '');
  return { kind: look.kind, x, y, by: has(look.by) && look.by !== x && look.by !== y ? look.by : '' };
}

/** What is drawn, or nothing where the columns do not serve. */
export function modelOf(look: Look, table: Table): ChartModel | undefined {
  if (look.kind === 'table' || table.rows.length === 0) return undefined;
  const chosen = choose(look, table.columns);
  const y = table.columns.find((column) => column.name === chosen.y);
  const x = table.columns.find((column) => column.name === chosen.x);
  if (!x || !y || !isFigure(y)) return undefined;
  const names = { x: chosen.x, y: chosen.y, series: chosen.by ? [chosen.by] : [] };
  if (look.kind === 'scatter') return isFigure(x) ? scatterModel(table, names) : undefined;
  const isTime = x.type === 'date' || x.type === 'instant';
  if (look.kind === 'bar' && !isTime && chosen.by) names.series = [chosen.x, chosen.by];
  return chartModel(table, names, look.kind);
}

/** Queries to begin with: each runs on any company that has deals. */
export const kExamples = [
  {
    name: 'wonByMonth',
    look: { kind: 'bar', x: 'month', y: 'won', by: '' },
    query: `SELECT
  CAST(date_trunc('month', close_date) AS DATE) AS month,
  count(*) AS deals,
  sum(amount_reporting) AS won
FROM deal
WHERE status = 'won' AND close_date IS NOT NULL
GROUP BY month
ORDER BY month`,
  },
  {
    name: 'silentDeals',
    look: { kind: 'bar', x: 'name', y: 'amount_reporting', by: '' },
    query: `SELECT
  d.name, d.owner, d.stage, d.amount_reporting,
  max(a.day) AS last_activity,
  m.as_of_date - max(a.day) AS silent_days
FROM deal AS d
CROSS JOIN moment AS m
LEFT JOIN activity AS a ON a.deal_id = d.deal_id
WHERE d.status = 'open'
GROUP BY d.deal_id, d.name, d.owner, d.stage, d.amount_reporting, m.as_of_date
HAVING coalesce(m.as_of_date - max(a.day) > 30, TRUE)
ORDER BY d.amount_reporting DESC, d.name
LIMIT 100`,
  },
  {
    name: 'sizeAndWon',
    look: { kind: 'scatter', x: 'employees', y: 'won', by: 'segment' },
    query: `SELECT
  a.name, a.segment, a.employees,
  sum(d.amount_reporting) AS won,
  count(*) AS deals
FROM account AS a
JOIN deal AS d ON d.account_id = a.account_id
WHERE d.status = 'won' AND a.employees > 0
GROUP BY a.account_id, a.name, a.segment, a.employees
ORDER BY won DESC, a.name`,
  },
] as const satisfies readonly { name: string; look: Look; query: string }[];

/** Where a line and a column, both from 1, stand in the text; columns count characters. */
export function offsetOf(query: string, line: number, column: number): number {
  const lines = query.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const within = [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length;
  return Math.min(before + within, query.length);
}

/** The word that stands at a place, at least one character. */
export function wordAt(query: string, offset: number): { from: number; to: number } {
  const word = /^(?:"[^"]*"|[\p{L}\p{N}_.]+)/u.exec(query.slice(offset));
  const to = Math.min(query.length, offset + Math.max(1, word?.[0].length ?? 1));
  return { from: Math.max(0, Math.min(offset, to - 1)), to };
}
