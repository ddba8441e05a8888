import { stepsOf, type BridgeShape, type BridgeStep } from '../charts/waterfall';
import { columnIndex, number, records, text } from '../api/table';
import type { Cell, Table, Text2 } from '../api/types';
import { addDays, periodDays, type DayRange } from '../router/period';

export const kTabs = ['changes', 'deals', 'coverage', 'velocity', 'pacing'] as const;
export type TabName = (typeof kTabs)[number];

export const kNoTable: Table = { key: [], columns: [], rows: [] };

/** The parts of the address that say which deals are looked at, besides the filter bar. */
export const kScopeNames = ['owner', 'product', 'pipeline', 'close_from', 'close_to', 'category'] as const;
export type ScopeName = (typeof kScopeNames)[number];

/** What an analysis is asked with of them: those that it knows and that are chosen. */
export function scopeOf(address: URLSearchParams, known: readonly ScopeName[]): Record<string, string> {
  const chosen = known.map((name) => [name, address.get(name) ?? ''] as const);
  return Object.fromEntries(chosen.filter(([, value]) => value));
}

export const kCloses = ['this_month', 'next_month', 'this_quarter', 'next_quarter'] as const;
export type CloseName = (typeof kCloses)[number];

// A month is no longer than 31 days and a quarter than 92: a day more leads into the next one.
const kPastMonth = 32;
const kPastQuarter = 93;

/** The whole month or fiscal quarter in which deals are to close, seen from a day; its end may lie ahead. */
export function closeDays(name: CloseName, today: string, fiscalStart: number): Required<DayRange> {
  const grain = name.endsWith('month') ? 'this_month' : 'this_quarter';
  const past = grain === 'this_month' ? kPastMonth : kPastQuarter;
  const firstOf = (day: string): string => periodDays(grain, day, fiscalStart).from ?? day;
  const begins = firstOf(today);
  const first = name.startsWith('next') ? firstOf(addDays(begins, past)) : begins;
  return { from: first, to: addDays(firstOf(addDays(first, past)), -1) };
}

/** Parts that are neither zero nor without deals, each where it lies. */
export function readWaterfall(table: Table): BridgeShape {
  const parts = records(table).map((row) => ({
    part: text(row['part']),
    kind: kindOf(text(row['part'])),
    title: { en: text(row['title_en']), ru: text(row['title_ru']) },
    value: number(row['amount'] ?? null) ?? 0,
    rows: number(row['deals'] ?? null) ?? 0,
  }));
  return stepsOf(parts.filter((one) => one.kind !== 'part' || one.value !== 0 || one.rows > 0));
}

function kindOf(part: string): BridgeStep['kind'] {
  return part === 'start' || part === 'end' ? part : 'part';
}

/** The parts that moved most, the largest first. */
export function largest(shape: BridgeShape, count: number): BridgeStep[] {
  return shape.steps
    .filter((step) => step.kind === 'part' && step.value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, count);
}

const kGood = new Set(['created', 'reopened', 'amount_up', 'pulled_in', 'moved_in', 'won']);
const kBad = new Set(['lost', 'amount_down', 'removed']);
const kPutOff = new Set(['pushed_out', 'moved_out']);

/** What a part means to whoever sells: money won leaves the pipeline, and is good. */
export function toneOf(part: string): 'good' | 'bad' | 'caution' | 'plain' {
  if (kGood.has(part)) return 'good';
  if (kBad.has(part)) return 'bad';
  return kPutOff.has(part) ? 'caution' : 'plain';
}

/** Rows whose cell of a column is the given one; all where nothing is given. */
export function rowsWith(table: Table, column: string, value: string): Table {
  const at = columnIndex(table, column);
  if (!value || at < 0) return table;
  const rows = table.rows.filter((row) => text(row[at]) === value);
  return { ...table, rows, total_rows: rows.length };
}

/** The same rows with the named columns first, in that order; those left out come after them. */
export function arranged(table: Table, names: readonly string[]): Table {
  const first = names.map((name) => columnIndex(table, name)).filter((at) => at >= 0);
  const order = [...first, ...table.columns.map((_, at) => at).filter((at) => !first.includes(at))];
  return {
    ...table,
    columns: order.map((at) => table.columns[at]!),
    rows: table.rows.map((row) => order.map((at) => row[at] ?? null)),
  };
}

/** A value of a deal as a history has it: money with its currency, a day, or words. */
export type Said =
  { kind: 'money'; amount: number; currency: string } | { kind: 'day' | 'text'; text: string };

export function readSaid(value: Cell | undefined): Said | undefined {
  const said = text(value);
  if (!said) return undefined;
  const money = /^(-?\d+(?:\.\d+)?) ([A-Z]{3})$/.exec(said);
  if (money) return { kind: 'money', amount: Number(money[1]), currency: money[2]! };
  return { kind: /^\d{4}-\d{2}-\d{2}$/.test(said) ? 'day' : 'text', text: said };
}

export interface Change {
  field: string;
  old: Said | undefined;
  new: Said | undefined;
  at: string;
  by: string;
}

export interface Reason {
  reason: string;
  points: number;
  text: Text2;
}

function byDeal<T>(table: Table | undefined, read: (row: Record<string, Cell>) => T): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of records(table)) {
    const id = text(row['deal_id']);
    const known = found.get(id);
    if (known) known.push(read(row));
    else found.set(id, [read(row)]);
  }
  return found;
}

/** What changed of each deal, by its id. */
export const readChanges = (table: Table | undefined): Map<string, Change[]> =>
  byDeal(table, (row) => ({
    field: text(row['field']),
    old: readSaid(row['old']),
    new: readSaid(row['new']),
    at: text(row['changed_at']),
    by: text(row['changed_by']),
  }));

/** What speaks against each deal, the weightiest first. */
export const readReasons = (table: Table | undefined): Map<string, Reason[]> => {
  const found = byDeal(table, (row) => ({
    reason: text(row['reason']),
    points: number(row['points']) ?? 0,
    text: { en: text(row['text_en']), ru: text(row['text_ru']) },
  }));
  for (const reasons of found.values()) reasons.sort((a, b) => b.points - a.points);
  return found;
};

/** How many deals have each reason, the most frequent first. */
export function countReasons(reasons: ReadonlyMap<string, Reason[]>): [string, number][] {
  const counts = new Map<string, number>();
  for (const one of [...reasons.values()].flat()) counts.set(one.reason, (counts.get(one.reason) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** From this many points on a deal is called risky. */
export const kRisky = 50;

export const riskTone = (points: number): 'bad' | 'caution' | 'calm' =>
  points >= kRisky ? 'bad' : points >= 25 ? 'caution' : 'calm';

/** The velocity before, what each part did to it, and the velocity now. */
export function readParts(
  parts: Table,
  scope: string,
  ends: { before: number | null; now: number | null },
  titles: { before: Text2; now: Text2 },
): BridgeShape | undefined {
  if (ends.before === null || ends.now === null) return undefined;
  const rows = records(parts).filter((row) => text(row['scope']) === scope);
  return stepsOf([
    { part: 'before', kind: 'start', title: titles.before, value: ends.before, rows: 0 },
    ...rows.map((row) => ({
      part: text(row['part']),
      kind: 'part' as const,
      title: { en: text(row['title_en']), ru: text(row['title_ru']) },
      value: number(row['adds']) ?? 0,
      rows: 1,
    })),
    { part: 'now', kind: 'end', title: titles.now, value: ends.now, rows: 0 },
  ]);
}

/** The rows of a table by what their key column says. */
export function byKey(table: Table | undefined, name: string): Map<string, Record<string, Cell>> {
  return new Map(records(table).map((row) => [text(row[name]), row]));
}
