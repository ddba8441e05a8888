import { stepsOf, type BridgeShape } from '../charts/waterfall';
import type { Interval } from '../charts/intervals';
import type { ReachPoint } from '../charts/reach';
import { columnIndex, number, records, text } from '../api/table';
import type { Cell, Result, Table, Text2 } from '../api/types';

export const kTabs = ['board', 'call', 'accuracy', 'scenario', 'plan'] as const;
export type TabName = (typeof kTabs)[number];

export type Row = Record<string, Cell>;

/** A title that a table has in both languages. */
export const titleOf = (row: Row, name = 'title'): Text2 => ({
  en: text(row[`${name}_en`]),
  ru: text(row[`${name}_ru`]),
});

/** What a period will bring in: the one row of table `forecast`. */
export interface Outlook {
  first: string;
  last: string;
  won: number;
  open: number | null;
  arrivals: number | null;
  p10: number | null;
  p50: number | null;
  p90: number | null;
  target: number | null;
  chance: number | null;
  gap: number | null;
}

export function readOutlook(result: Result | undefined): Outlook | undefined {
  const row = records(result?.tables['forecast'])[0];
  if (!row) return undefined;
  const of = (name: string): number | null => number(row[name]);
  return {
    first: text(row['first_day']),
    last: text(row['last_day']),
    won: of('won') ?? 0,
    open: of('open'),
    arrivals: of('arrivals'),
    p10: of('p10'),
    p50: of('p50'),
    p90: of('p90'),
    target: of('target'),
    chance: of('target_probability'),
    gap: of('gap'),
  };
}

export function readDistribution(table: Table | undefined): ReachPoint[] {
  return records(table).flatMap((row) => {
    const [share, amount] = [number(row['share']), number(row['amount'])];
    return share === null || amount === null ? [] : [{ share, amount }];
  });
}

/** From one figure to another by what lies between them, as the answer has it. */
export function bridgeOf(
  start: { title: Text2; value: number } | undefined,
  parts: readonly { part: string; title: Text2; value: number; rows: number }[],
  end: { title: Text2; value: number } | undefined,
): BridgeShape | undefined {
  if (!start || !end) return undefined;
  return stepsOf([
    { part: 'before', kind: 'start', ...start, rows: 0 },
    ...parts
      .filter((one) => one.value !== 0 || one.rows > 0)
      .map((one) => ({ ...one, kind: 'part' as const })),
    { part: 'after', kind: 'end', ...end, rows: 0 },
  ]);
}

/** Lines of the forecast's change; those that begin and end it are named `before` and `after`. */
export function readMoves(
  table: Table | undefined,
  titles: { before: Text2; after: Text2 },
): BridgeShape | undefined {
  const rows = records(table);
  const find = (kind: string): number | null =>
    number(rows.find((row) => text(row['kind']) === kind)?.['amount']);
  const [before, after] = [find('before'), find('after')];
  return bridgeOf(
    before === null ? undefined : { title: titles.before, value: before },
    rows
      .filter((row) => !['before', 'after'].includes(text(row['kind'])))
      .map((row) => ({
        part: text(row['kind']),
        title: titleOf(row),
        value: number(row['amount']) ?? 0,
        rows: number(row['deals']) ?? 0,
      })),
    after === null ? undefined : { title: titles.after, value: after },
  );
}

/** Kinds of change that say something good or bad of the deals; the rest is the model's and time's. */
export function moveTone(value: number): 'good' | 'bad' | 'plain' {
  return value > 0 ? 'good' : value < 0 ? 'bad' : 'plain';
}

export interface Part {
  name: string;
  won: number;
  open: number;
}

/** Those who bring in most first. */
export function readParts(table: Table | undefined, by: string): Part[] {
  return records(table)
    .filter((row) => text(row['by']) === by)
    .map((row) => ({
      name: text(row['name']),
      won: number(row['won']) ?? 0,
      open: number(row['open']) ?? 0,
    }))
    .sort((a, b) => b.won + b.open - (a.won + a.open) || (a.name < b.name ? -1 : 1));
}

/** Methods of the back-test by week; ours first, then as the answer has them. */
export interface Miss {
  method: string;
  week: number;
  count: number;
  wape: number | null;
  bias: number | null;
  within: number | null;
  skill: number | null;
}

export const kOurs = 'weir';

export function readMisses(table: Table | undefined): Miss[] {
  return records(table).map((row) => ({
    method: text(row['method']),
    week: number(row['week']) ?? 0,
    count: number(row['periods']) ?? 0,
    wape: number(row['wape']),
    bias: number(row['bias']),
    within: number(row['coverage80']),
    skill: number(row['skill']),
  }));
}

export const weeksOf = (misses: readonly Miss[]): number[] =>
  [...new Set(misses.map((one) => one.week))].sort((a, b) => a - b);

/** Ours and the best of the simple ones at a week. */
export function rivalsAt(
  misses: readonly Miss[],
  week: number,
): { ours: Miss | undefined; best: Miss | undefined } {
  const at = misses.filter((one) => one.week === week && one.wape !== null);
  const others = at.filter((one) => one.method !== kOurs);
  return {
    ours: at.find((one) => one.method === kOurs),
    best: others.sort((a, b) => (a.wape ?? 0) - (b.wape ?? 0))[0],
  };
}

export interface Bin {
  said: number;
  came: number;
  count: number;
}

export function readBins(table: Table | undefined): Bin[] {
  return records(table).flatMap((row) => {
    const [said, came] = [number(row['said']), number(row['came'])];
    return said === null || came === null ? [] : [{ said, came, count: number(row['deals']) ?? 0 }];
  });
}

/** One line of the tree of a table that is in tree order, and whether lines stand under it. */
export interface TreeLine<T> {
  id: string;
  parent: string;
  depth: number;
  hasChildren: boolean;
  value: T;
}

export function treeLines<T>(
  rows: readonly T[],
  read: (row: T) => { id: string; parent: string },
): TreeLine<T>[] {
  const depths = new Map<string, number>();
  const parents = new Set<string>();
  const lines = rows.map((value) => {
    const { id, parent } = read(value);
    const depth = parent && depths.has(parent) ? depths.get(parent)! + 1 : 0;
    depths.set(id, depth);
    if (parent) parents.add(parent);
    return { id, parent, depth, hasChildren: false, value };
  });
  return lines.map((line) => ({ ...line, hasChildren: parents.has(line.id) }));
}

/** The lines under no folded one. */
export function unfolded<T>(lines: readonly TreeLine<T>[], folded: ReadonlySet<string>): TreeLine<T>[] {
  const hidden = new Set<string>();
  return lines.filter((line) => {
    if (!line.parent || (!folded.has(line.parent) && !hidden.has(line.parent))) return true;
    hidden.add(line.id);
    return false;
  });
}

export const kLevers = ['win_rate', 'cycle', 'volume', 'price'] as const;
export type Lever = (typeof kLevers)[number];

/** The levers that the address moves, in percent of how things are. */
export function leversOf(address: URLSearchParams): Record<Lever, number> {
  const read = (name: Lever): number => {
    const value = Number(address.get(name) ?? 0);
    return Number.isFinite(value) ? value : 0;
  };
  return { win_rate: read('win_rate'), cycle: read('cycle'), volume: read('volume'), price: read('price') };
}

/** What a table says of each month, as lines on one scale. */
export function readMonths(
  table: Table | undefined,
  nameOf: (month: string) => string,
  target: string,
): Interval[] {
  return records(table).map((row) => {
    const goal = number(row['target']);
    return {
      key: text(row['month']),
      name: nameOf(text(row['month'])),
      low: number(row['p10']),
      middle: number(row['capacity']),
      high: number(row['p90']),
      marks: goal === null ? [] : [{ value: goal, kind: 'goal' as const, name: target }],
    };
  });
}

/** Columns that a table has at all: an answer may leave out what cannot be known. */
export const hasColumn = (table: Table | undefined, name: string): boolean =>
  table !== undefined && columnIndex(table, name) >= 0;
