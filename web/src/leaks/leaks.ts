import { columnIndex, number, records, text } from '../api/table';
import type { Cell, Params, Result, Table, Text2 } from '../api/types';
import { niceScale, type Scale } from '../charts/line';
import { chartModel, type ChartModel } from '../charts/model';
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
  /** What people set aside is in none of the sums. */
  tolerated: Aside;
  falseAlarms: Aside;
}

export interface Aside {
  count: number;
  amount: number | null;
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
    tolerated: { count: number(row['tolerated']) ?? 0, amount: number(row['tolerated_amount']) },
    falseAlarms: { count: number(row['false_alarms']) ?? 0, amount: number(row['false_alarms_amount']) },
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
  /** To whom it went up, since nobody owns it. */
  wentTo: string;
  wentAt: string;
  detail: Text2;
  countedBy: string;
  state: string;
  assignee: string;
  due: string;
  isOverdue: boolean;
  note: string;
  changedBy: string;
  changedAt: string;
  entity: string;
  recordId: string;
}

/** The column that names a line: of the ledger of leaks `leak`, of that of openings `opening`. */
export const keyColumn = (table: Table): number => columnIndex(table, table.key[0] ?? 'leak');

export function leakOf(table: Table | undefined, id: string): Leak | undefined {
  if (!table || !id) return undefined;
  const at = keyColumn(table);
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
    wentTo: text(row['went_to']),
    wentAt: text(row['went_at']),
    detail: both(row, 'detail'),
    countedBy: text(row['counted_by']),
    state: text(row['state']),
    assignee: text(row['assignee']),
    due: text(row['due']),
    isOverdue: row['is_overdue'] === true,
    note: text(row['note']),
    changedBy: text(row['changed_by']),
    changedAt: text(row['changed_at']),
    entity: text(row['entity']),
    recordId: text(row['record_id']),
  };
}

/** What may be said of a leak, and what is measured afterwards. */
export const kSaid = ['open', 'assigned', 'in_work', 'fixed', 'tolerated', 'false_alarm'] as const;
export type Said = (typeof kSaid)[number];
export const kStates = [...kSaid, 'recovered'] as const;
/** Those that go on leaking until somebody acts: what one sees unless one asks for others. */
const kLive: readonly string[] = ['open', 'assigned', 'in_work', 'fixed'];
/** In the address: every state. */
export const kAnyState = 'any';

/** What is chosen of the ledger; it stands in the address. Empty: all, of states those that still leak. */
export interface Choice {
  state: string;
  rule: string;
  department: string;
  owner: string;
  certainty: string;
  text: string;
}
export const kChoices = ['state', 'rule', 'department', 'owner', 'certainty', 'text'] as const;

export function choiceOf(address: URLSearchParams): Choice {
  const of = (name: string): string => address.get(name) ?? '';
  return {
    state: of('state'),
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
const kSearched = [
  'name',
  'account',
  'owner',
  'assignee',
  'note',
  'title_en',
  'title_ru',
  'detail_en',
  'detail_ru',
  'record_id',
];

/** The rows that fit what is chosen: every word of the search somewhere in the row. */
export function chosenRows(table: Table, choice: Choice): Cell[][] {
  const exact = (['rule', 'department', 'certainty'] as const)
    .filter((name) => choice[name])
    .map((name) => ({ at: columnIndex(table, name), wanted: choice[name] }));
  // Whoever owns the record, was named to work on it, or has it because nobody owns it.
  const owner = columnIndex(table, 'owner');
  const assignee = columnIndex(table, 'assignee');
  const wentTo = columnIndex(table, 'went_to');
  const isWhose = (row: Cell[]): boolean => {
    const names = [text(row[assignee]), text(row[owner]), text(row[wentTo])].filter(Boolean);
    return choice.owner === kNobody ? !names.length : !choice.owner || names.includes(choice.owner);
  };
  const words = choice.text.toLowerCase().split(/\s+/).filter(Boolean);
  const searched = kSearched.map((name) => columnIndex(table, name)).filter((at) => at >= 0);
  const state = columnIndex(table, 'state');
  const isWanted = (said: string): boolean =>
    choice.state === kAnyState || (choice.state ? said === choice.state : kLive.includes(said));
  return table.rows.filter((row) => {
    if (!isWanted(text(row[state]))) return false;
    if (!isWhose(row) || exact.some(({ at, wanted }) => text(row[at]) !== wanted)) return false;
    if (!words.length) return true;
    const said = searched.map((at) => text(row[at]).toLowerCase()).join('\n');
    return words.every((word) => said.includes(word));
  });
}

/** The values of columns that there are to choose from, in alphabetical order; no value last. */
export function valuesOf(table: Table, columns: readonly string[], collator: Intl.Collator): string[] {
  const places = columns.map((column) => columnIndex(table, column));
  const values = [...new Set(table.rows.flatMap((row) => places.map((at) => text(row[at]))))];
  return values.sort((a, b) => Number(!a) - Number(!b) || collator.compare(a, b));
}

/** Names of people who have left, where nobody of that name works here. */
export function leftOf(people: Result | undefined): ReadonlySet<string> {
  const members = records(people?.tables['people']);
  const gone = new Set(members.filter((row) => row['is_active'] === false).map((row) => text(row['name'])));
  for (const row of members) if (row['is_active'] !== false) gone.delete(text(row['name']));
  return gone;
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
  const column = keyColumn(table);
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

/** The ends of a range as they are said: in full where they would be said alike; none where they are alike even so. */
export function endsOf(
  low: number | null,
  high: number | null,
  money: (value: number, form: 'short' | 'whole') => string,
): [string, string] | undefined {
  if (low === null || high === null || high <= low) return undefined;
  for (const form of ['short', 'whole'] as const) {
    const ends: [string, string] = [money(low, form), money(high, form)];
    if (ends[0] !== ends[1]) return ends;
  }
  return undefined;
}

/** How many leaks are in each state, as the server counts them. */
export function countsOf(result: Result): Map<string, number> {
  return new Map(
    records(result.tables['states']).map((row) => [text(row['state']), number(row['count']) ?? 0]),
  );
}

/** What is said of leaks in a form. */
export interface Word {
  state: Said;
  assignee: string;
  due: string;
  note: string;
}

/** What was just said of leaks, and the decision that takes it back. */
export interface SaidNow {
  decision: string;
  leaks: readonly string[];
  state: Said;
}

/** More than these cannot be spoken of at once. */
export const kMostAtOnce = 1000;

/** What a word lacks: whom it is given to, or why it is no leak or is let be. */
export function lackOf(word: Word): 'assignee' | 'note' | undefined {
  if (word.state === 'assigned' && !word.assignee.trim()) return 'assignee';
  const isLet = word.state === 'tolerated' || word.state === 'false_alarm';
  return isLet && !word.note.trim() ? 'note' : undefined;
}

export function paramsOf(leaks: readonly string[], word: Word): Params {
  const said = { assignee: word.assignee.trim(), due: word.due, note: word.note.trim() };
  return {
    leak: [...leaks],
    state: word.state,
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value)),
  };
}

/** How a rule has fared, by what people said of its leaks. */
export interface Fares {
  decided: number;
  /** Of which somebody said what came of them: fixed, let be, or a false alarm. */
  judged: number;
  precision: number | null;
  actedShare: number | null;
  recovered: number;
  recoveredAmount: number | null;
}

/** Of fewer judged leaks than these a share says nothing. */
export const kLeastJudged = 5;

export function faresOf(result: Result | undefined, rule: string): Fares | undefined {
  return records(result?.tables['rules'])
    .filter((row) => row['rule'] === rule)
    .map((row) => ({
      decided: number(row['decided']) ?? 0,
      judged: number(row['judged']) ?? 0,
      precision: number(row['precision']),
      actedShare: number(row['acted_share']),
      recovered: number(row['recovered']) ?? 0,
      recoveredAmount: number(row['recovered_amount']),
    }))[0];
}

/** The months of `leaks.trend`: those of one rule, or of all that ever found money. */
export function trendTable(result: Result, rule: string): Table {
  const table = result.tables['months'] ?? { key: [], columns: [], rows: [] };
  const at = columnIndex(table, 'rule');
  const amount = columnIndex(table, 'amount');
  const found = new Set(table.rows.filter((row) => number(row[amount])).map((row) => text(row[at])));
  return {
    ...table,
    rows: table.rows.filter((row) => (rule ? row[at] === rule : found.has(text(row[at])))),
  };
}

/**
 * The largest rules of the months as lines, above them what all rules found together: a record is counted once in it,
 * by the rule that counts it. A month in which one of the rules could not be measured has no sum.
 */
export function trendModel(table: Table, titles: string, total: string, most: number): ChartModel {
  const all = chartModel(table, { x: 'period', y: 'amount', series: [titles] }, 'line');
  const [period, state, amount] = ['period', 'state', 'amount'].map((name) => columnIndex(table, name));
  const sums = all.x.map((month) => {
    const rows = table.rows.filter((row) => text(row[period!]) === month);
    const isWhole = rows.every((row) => row[state!] === 'found');
    const value = rows.reduce((sum, row) => sum + (number(row[amount!]) ?? 0), 0);
    return { value: isWhole ? value : null, row: null };
  });
  return all.total < 2
    ? all
    : { ...all, series: [{ name: total, points: sums, isTotal: true }, ...all.series.slice(0, most)] };
}

/** What was said of a leak, the newest first. */
export interface Saying {
  at: string;
  by: string;
  state: string;
  assignee: string;
  due: string;
  note: string;
}

export function readSayings(result: Result): Saying[] {
  return records(result.tables['history'])
    .map((row) => ({
      at: text(row['changed_at']),
      by: text(row['changed_by']),
      state: text(row['state']),
      assignee: text(row['assignee']),
      due: text(row['due']),
      note: text(row['note']),
    }))
    .reverse();
}
