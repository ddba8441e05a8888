import { number, records, text } from '../api/table';
import type { Result, Table, Text2 } from '../api/types';

export const kDimensions = ['completeness', 'validity', 'freshness', 'uniqueness', 'consistency'] as const;
export const kTabs = ['quality', 'duplicates', 'again', 'fields', 'recipes'] as const;
export type TabName = (typeof kTabs)[number];

export interface Score {
  dimension: string;
  share: number | null;
  failing: number;
  /** Shares at the ends of the months before, the earliest first; empty until they are known. */
  past: (number | null)[];
}

export function readScores(quality: Result, trend: Result | undefined): Score[] {
  const past = new Map<string, (number | null)[]>();
  for (const row of records(trend?.tables['trend'])) {
    const dimension = text(row['dimension']);
    past.set(dimension, [...(past.get(dimension) ?? []), number(row['score'])]);
  }
  return records(quality.tables['scores']).map((row) => ({
    dimension: text(row['dimension']),
    share: number(row['score']),
    failing: number(row['failing']) ?? 0,
    past: past.get(text(row['dimension'])) ?? [],
  }));
}

export interface Rule {
  rule: string;
  title: Text2;
  dimension: string;
  entity: string;
  state: string;
  checked: number;
  failing: number;
  share: number | null;
  money: number | null;
  repairable: number;
  note: Text2;
  meaning: Text2;
  fix: Text2;
}

export function readRules(quality: Result): Rule[] {
  const both = (row: Record<string, unknown>, name: string): Text2 => ({
    en: text(row[`${name}_en`] as string | null),
    ru: text(row[`${name}_ru`] as string | null),
  });
  return records(quality.tables['rules']).map((row) => ({
    rule: text(row['rule']),
    title: both(row, 'title'),
    dimension: text(row['dimension']),
    entity: text(row['entity']),
    state: text(row['state']),
    checked: number(row['checked']) ?? 0,
    failing: number(row['failing']) ?? 0,
    share: number(row['score']),
    money: number(row['exposed']),
    repairable: number(row['repairable']) ?? 0,
    note: both(row, 'note'),
    meaning: both(row, 'meaning'),
    fix: both(row, 'fix'),
  }));
}

export interface Group {
  id: string;
  name: string;
  share: number | null;
  failing: number;
}

/** Of one kind, those with the most that fails first, as the answer has them. */
export function groupsOf(quality: Result, kind: string): Group[] {
  return records(quality.tables['groups'])
    .filter((row) => text(row['kind']) === kind)
    .map((row) => ({
      id: text(row['id']),
      name: text(row['name']) || text(row['id']),
      share: number(row['score']),
      failing: number(row['failing']) ?? 0,
    }));
}

/** The dimension with the least share; undefined where none has one. */
export function weakest(scores: readonly Score[]): Score | undefined {
  return scores
    .filter((one) => one.dimension !== 'all' && one.share !== null)
    .sort((a, b) => (a.share ?? 0) - (b.share ?? 0))[0];
}

/** How an integration is called: "integration: HubSpot sync" by its way and name. */
export function writerName(id: string, ways: Record<string, string>): string {
  const [way = '', ...name] = id.split(': ');
  return name.length ? `${ways[way] ?? way}: ${name.join(': ')}` : (ways[way] ?? id);
}

export interface Cause {
  way: string;
  writer: string;
  back: number;
  share: number | null;
  spoilt: number;
  flips: number;
  money: number | null;
}

/** Those that spoil anything, or put back what another wrote. */
export function readCauses(result: Result): Cause[] {
  return records(result.tables['causes'])
    .map((row) => ({
      way: text(row['way']),
      writer: text(row['writer']),
      back: number(row['came_back']) ?? 0,
      share: number(row['share']),
      spoilt: number(row['dirtied']) ?? 0,
      flips: number(row['flips']) ?? 0,
      money: number(row['exposed']),
    }))
    .filter((one) => one.back + one.spoilt + one.flips > 0);
}

/** Sums over fields: what was mended, and what of it came back. */
export function backOf(result: Result): { fixed: number; back: number } {
  const rows = records(result.tables['fields']);
  const sum = (name: string): number => rows.reduce((all, row) => all + (number(row[name]) ?? 0), 0);
  return { fixed: sum('fixed'), back: sum('came_back') };
}

const kUseless = new Set(['never_filled', 'always_same', 'typed_for_nothing', 'unused']);

/** Minutes that went into fields that nothing reads, and the number of fields that are of no use. */
export function wasteOf(result: Result): { minutes: number; useless: number } {
  const rows = records(result.tables['fields']);
  return {
    minutes: rows
      .filter((row) => text(row['state']) === 'typed_for_nothing')
      .reduce((all, row) => all + (number(row['minutes']) ?? 0), 0),
    useless: rows.filter((row) => kUseless.has(text(row['state']))).length,
  };
}

/** Only rows whose state is the chosen one. */
export function ofState(table: Table, state: string): Table {
  const at = table.columns.findIndex((column) => column.name === 'state');
  return state ? { ...table, rows: table.rows.filter((row) => text(row[at]) === state) } : table;
}
