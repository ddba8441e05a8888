import { columnIndex, number } from '../api/table';
import type { Table } from '../api/types';

/** A share of fewer cases jumps with each one. */
export const kFewCases = 10;

/** How many rows have a share of few cases, by the column that counts these. */
export function thinRows(table: Table, base: string): number {
  const at = columnIndex(table, base);
  if (at < 0) return 0;
  return table.rows.filter((row) => {
    const cases = number(row[at] ?? null);
    return cases !== null && cases > 0 && cases < kFewCases;
  }).length;
}
