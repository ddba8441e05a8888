import { codeWord } from '../customers/words';
import type { Cell, Column, Table } from '../api/types';
import { columnIndex, number, text } from '../api/table';
import type { Messages } from '../i18n/en';
import type { Formatter } from '../i18n/format';
import { sourceName } from '../pulse/pulse';

// What tells a canonical row from another at a glance, in this order; the rest is one click away. Amounts of the reporting
// currency come right after the name: they are what a figure adds up.
const kFirst = [
  'name',
  'full_name',
  'subject',
  'number',
  'amount_reporting',
  'total_reporting',
  'amount_paid_reporting',
  'monthly_reporting',
  'cost_reporting',
  'mrr',
  'account',
  'person',
  'company',
  'email',
  'amount',
  'total',
  'amount_paid',
  'currency',
  'close_date',
  'issued_date',
  'due_date',
  'paid_at',
  'owner',
  'stage',
  'status',
  'kind',
  'type',
  'created_date',
  'created_at',
  'at',
  'day',
  'team',
  'channel',
  'lead_source',
  'first_response_at',
];
const kMostShown = 9;
// Money in the currency of its row, and money in the reporting currency.
const kMoney = /^(amount|amount_(due|paid|refunded)|total|subtotal|tax|monthly|budget|cost)$/;
const kReportingMoney = /^(mrr|size|before|after|\w+_reporting)$/;

/** The columns of canonical rows to hide at first: empty ones, ids of other rows, and what goes beyond nine. */
export function hiddenColumns(table: Table): string[] {
  const filled = table.columns.filter((_, at) =>
    table.rows.some((row) => row[at] !== null && row[at] !== ''),
  );
  const shown = new Set(table.key);
  for (const name of kFirst) {
    if (shown.size < kMostShown && filled.some((column) => column.name === name)) shown.add(name);
  }
  for (const { name } of filled) {
    if (shown.size < Math.min(kMostShown, 5) && !name.endsWith('_id')) shown.add(name);
  }
  return table.columns.map((column) => column.name).filter((name) => !shown.has(name));
}

/** The same table with what tells most in front: the columns of `kFirst`, then the rest as it came, the key at the end. */
export function inReadingOrder(table: Table): Table {
  const rank = (name: string): number => {
    if (table.key.includes(name)) return kFirst.length + 1;
    const at = kFirst.indexOf(name);
    return at < 0 ? kFirst.length : at;
  };
  const order = table.columns.map((column, at) => ({ column, at }));
  order.sort((a, b) => rank(a.column.name) - rank(b.column.name) || a.at - b.at);
  return {
    ...table,
    columns: order.map((one) => one.column),
    rows: table.rows.map((row) => order.map((one) => row[one.at] ?? null)),
  };
}

// Record pages and lists call a table by its plural.
const kPlurals: Record<string, string> = { activity: 'activities', survey_answer: 'answers' };

/** A cell of a canonical row in words: money with its currency, codes by their names; nothing where it stands as it is. */
export function canonicalCell(
  value: Cell,
  column: Column,
  row: Cell[],
  table: Table,
  of: { table: string; currency: string },
  f: Formatter,
  t: Messages,
): string | undefined {
  if (value === null || value === '') return undefined;
  const at = (name: string): string => text(row[columnIndex(table, name)]);
  const isOfRow = kMoney.test(column.name);
  if (isOfRow || kReportingMoney.test(column.name)) {
    const amount = number(value);
    return amount === null ? undefined : f.money(amount, isOfRow ? at('currency') : of.currency);
  }
  if (column.type !== 'text') return undefined;
  const code = text(value);
  if (column.name === 'source') return sourceName(code, t);
  if (column.name === 'table') return t.explain.entities[code] ?? code;
  const kind = at('table') || of.table;
  return codeWord(kPlurals[kind] ?? `${kind}s`, column.name, code, t);
}
