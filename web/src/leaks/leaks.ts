import { columnIndex, number, records, text } from '../api/table';
import type { Cell, Result, Table, Text2 } from '../api/types';
import { niceScale, type Scale } from '../charts/line';
import { sortRows, type Sort } from '../ui/rows';

/** A rule of the ledger: what it found, or what it lacks. */
export interface Rule {
  rule: string;
  title: Text2;
  department: string;
  certainty: string;
  state: string;
  count: number;
  amount: number | null;
  low: number | null;
  high: number | null;
  wonBack: number | null;
  exposed: number | null;
  oldest: string;
  note: Text2;
  meaning: Text2;
  formula: Text2;
  fix: Text2;
  agreement: string;
  version: number | null;
}

export interface Headline {
  count: number;
  amount: number | null;
  low: number | null;
  high: number | null;
  certain: number | null;
  wonBack: number | null;
  exposed: number | null;
  recurring: number | null;
  shareOfRecurring: number | null;
  bookings: number | null;
  shareOfBookings: number | null;
}

export interface Leaks {
  headline: Headline | undefined;
  rules: Rule[];
  currency: string;
}

const both = (row: Record<string, Cell>, name: string): Text2 => ({
  en: text(row[`${name}_en`]),
  ru: text(row[`${name}_ru`]),
});

export function readLeaks(result: Result): Leaks {
  return {
    headline: records(result.tables['headline']).map(readHeadline)[0],
    rules: records(result.tables['rules']).map(readRule),
    currency: result.currency,
  };
}

function readHeadline(row: Record<string, Cell>): Headline {
  return {
    count: number(row['count']) ?? 0,
    amount: number(row['amount']),
    low: number(row['amount_low']),
    high: number(row['amount_high']),
    certain: number(row['certain']),
    wonBack: number(row['won_back']),
    exposed: number(row['exposed']),
    recurring: number(row['recurring']),
    shareOfRecurring: number(row['share_of_recurring']),
    bookings: number(row['bookings']),
    shareOfBookings: number(row['share_of_bookings']),
  };
}

function readRule(row: Record<string, Cell>): Rule {
  return {
    rule: text(row['rule']),
    title: both(row, 'title'),
    department: text(row['department']),
    certainty: text(row['certainty']),
    state: text(row['state']),
    count: number(row['count']) ?? 0,
    amount: number(row['amount']),
    low: number(row['amount_low']),
    high: number(row['amount_high']),
    wonBack: number(row['won_back']),
    exposed: number(row['exposed']),
    oldest: text(row['oldest']),
    note: both(row, 'note'),
    meaning: both(row, 'meaning'),
    formula: both(row, 'formula'),
    fix: both(row, 'fix'),
    agreement: text(row['agreement']),
    version: number(row['definition_version']),
  };
}

/** One record that leaks. */
export interface Leak {
  leak: string;
  rule: string;
  title: Text2;
  name: string;
  account: string;
  accountId: string;
  since: string;
  amount: number | null;
  exposed: number | null;
  wonBack: number | null;
  certainty: string;
  department: string;
  owner: string;
  detail: Text2;
  countedBy: string;
  entity: string;
  recordId: string;
}

export function leakOf(table: Table | undefined, id: string): Leak | undefined {
  if (!table || !id) return undefined;
  const at = columnIndex(table, 'leak');
  const found = table.rows.find((one) => one[at] === id);
  if (!found) return undefined;
  const [row = {}] = records({ ...table, rows: [found] });
  return {
    leak: id,
    rule: text(row['rule']),
    title: both(row, 'title'),
    name: text(row['name']),
    account: text(row['account']),
    accountId: text(row['account_id']),
    since: text(row['since']),
    amount: number(row['amount']),
    exposed: number(row['exposed']),
    wonBack: number(row['won_back']),
    certainty: text(row['certainty']),
    department: text(row['department']),
    owner: text(row['owner']),
    detail: both(row, 'detail'),
    countedBy: text(row['counted_by']),
    entity: text(row['entity']),
    recordId: text(row['record_id']),
  };
}

/** What is chosen of the ledger; it stands in the address. Empty: all. */
export interface Choice {
  rule: string;
  department: string;
  owner: string;
  certainty: string;
  text: string;
}
export const kChoices = ['rule', 'department', 'owner', 'certainty', 'text'] as const;

export function choiceOf(address: URLSearchParams): Choice {
  const of = (name: string): string => address.get(name) ?? '';
  return {
    rule: of('rule'),
    department: of('department'),
    owner: of('owner'),
    certainty: of('certainty'),
    text: of('text'),
  };
}

/** In the address, of leaks that have no owner. */
export const kNobody = '-';

// Where the words of a search are looked for.
const kSearched = ['name', 'account', 'owner', 'title_en', 'title_ru', 'detail_en', 'detail_ru', 'record_id'];

/** The rows that fit what is chosen: every word of the search somewhere in the row. */
export function chosenRows(table: Table, choice: Choice): Cell[][] {
  const exact = (['rule', 'department', 'owner', 'certainty'] as const)
    .filter((name) => choice[name])
    .map((name) => ({ at: columnIndex(table, name), wanted: choice[name] === kNobody ? '' : choice[name] }));
  const words = choice.text.toLowerCase().split(/\s+/).filter(Boolean);
  const searched = kSearched.map((name) => columnIndex(table, name)).filter((at) => at >= 0);
  return table.rows.filter((row) => {
    if (exact.some(({ at, wanted }) => text(row[at]) !== wanted)) return false;
    if (!words.length) return true;
    const said = searched.map((at) => text(row[at]).toLowerCase()).join('\n');
    return words.every((word) => said.includes(word));
  });
}

/** The values of a column that there are to choose from, in alphabetical order; no value last. */
export function valuesOf(table: Table, column: string, collator: Intl.Collator): string[] {
  const at = columnIndex(table, column);
  const values = [...new Set(table.rows.map((row) => text(row[at])))];
  return values.sort((a, b) => Number(!a) - Number(!b) || collator.compare(a, b));
}

/** `-amount` in the address: the largest first. */
export function sortOf(said: string): Sort | undefined {
  if (!said) return undefined;
  return said.startsWith('-')
    ? { column: said.slice(1), isDescending: true }
    : { column: said, isDescending: false };
}

export function saidSort(sort: Sort | undefined): string {
  return sort ? (sort.isDescending ? '-' : '') + sort.column : '';
}

/** The ledger as it is shown: what is chosen, sorted as asked, else as it came, what brings most back first. */
export function shownTable(
  table: Table,
  choice: Choice,
  sort: Sort | undefined,
  collator: Intl.Collator,
): Table {
  const chosen = chosenRows(table, choice);
  const rows = sort ? sortRows(chosen, table.columns, sort, collator) : chosen;
  return { ...table, rows, total_rows: rows.length, next_cursor: null };
}

/** The leaks before and after one in the ledger as it is shown. */
export function neighbours(table: Table, leak: string): { previous: string; next: string; at: number } {
  const column = columnIndex(table, 'leak');
  const at = table.rows.findIndex((row) => row[column] === leak);
  const idOf = (row: Cell[] | undefined): string => (at < 0 ? '' : text(row?.[column]));
  return { previous: idOf(table.rows[at - 1]), next: idOf(table.rows[at + 1]), at };
}

/** What the bars are drawn against: every amount and the end of every range has room. */
export function scaleOf(rules: readonly Rule[]): Scale {
  return niceScale(rules.flatMap((one) => [one.amount, one.high]));
}

export interface Bar {
  width: number;
  /** Where the range begins and how long it is; none where it is not known, or is a point. */
  range: { left: number; width: number } | undefined;
}

/** Places on the lane in percent. */
export function barOf(rule: Rule, scale: Scale): Bar | undefined {
  if (rule.amount === null) return undefined;
  const share = (value: number): number => (Math.max(0, value) / scale.max) * 100;
  const hasRange = rule.low !== null && rule.high !== null && rule.high > rule.low;
  return {
    width: share(rule.amount),
    range: hasRange
      ? { left: share(rule.low ?? 0), width: share(rule.high ?? 0) - share(rule.low ?? 0) }
      : undefined,
  };
}
