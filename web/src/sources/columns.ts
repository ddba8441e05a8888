import { columnIndex } from '../api/table';
import type { Table } from '../api/types';

/** The same table with only these columns, in this order; those that it has not are passed over. */
export function arrange(table: Table, names: readonly string[]): Table {
  const order = names.map((name) => columnIndex(table, name)).filter((at) => at >= 0);
  return {
    ...table,
    columns: order.map((at) => table.columns[at]!),
    rows: table.rows.map((row) => order.map((at) => row[at] ?? null)),
  };
}
