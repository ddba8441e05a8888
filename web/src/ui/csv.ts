import { rowKey, text } from '../api/table';
import type { Cell, Table } from '../api/types';

// What a spreadsheet would take for a formula.
const kFormula = /^[=+\-@\t\r]/;

/** The table as CSV of RFC 4180, by column names, with values as the server gave them and not as they are shown. */
export function toCsv(table: Pick<Table, 'columns' | 'rows'>): string {
  const head = table.columns.map((column) => quote(column.name));
  const lines = table.rows.map((row) => table.columns.map((_, at) => quote(cell(row[at]))));
  return [head, ...lines].map((line) => line.join(',')).join('\r\n') + '\r\n';
}

/** Hands a text to the browser as a file. The mark at its head tells a spreadsheet that it is UTF-8. */
export function saveText(name: string, content: string, type = 'text/csv;charset=utf-8'): void {
  save(name, new Blob(['\ufeff', content], { type }));
}

export function save(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function cell(value: Cell | undefined): string {
  const plain = text(value);
  return typeof value === 'string' && kFormula.test(plain) ? `'${plain}` : plain;
}

function quote(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/**
 * What of the rows in view may be saved as a list. Who refused to be written to or called is known to the server alone:
 * it is asked where the rows are people, or a query's own, and where not all rows are here.
 */
export async function allowedRows(
  table: Table,
  rows: Cell[][],
  all: (() => Promise<Table>) | undefined,
): Promise<Table> {
  const isOfPeople = ['person_id', 'lead_id', undefined].includes(table.key[0]);
  if (!all || (!table.next_cursor && !isOfPeople)) return { ...table, rows };
  const allowed = await all();
  if (table.next_cursor || (allowed.refused && table.key.length === 0)) return allowed;
  if (!allowed.refused) return { ...table, rows };
  const left = new Set(allowed.rows.map((row) => rowKey(allowed, row)));
  return { ...table, rows: rows.filter((row) => left.has(rowKey(table, row))), refused: allowed.refused };
}
