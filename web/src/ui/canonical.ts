import type { Table } from '../api/types';

// What tells a canonical row from another at a glance, in this order; the rest is one click away.
const kFirst = [
  'name',
  'full_name',
  'subject',
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
