import type { Cell, Column, Result, Table } from './types';

/** Rows of a table as objects, for the screens that know their columns by name. */
export function records(table: Table | undefined): Record<string, Cell>[] {
  if (!table) return [];
  const names = table.columns.map((column) => column.name);
  return table.rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])));
}

export function tableOf(result: Result | undefined, name: string): Table | undefined {
  return result?.tables[name];
}

export function columnIndex(table: Table, name: string): number {
  return table.columns.findIndex((column) => column.name === name);
}

/** The key of a row as `explain` wants it: values joined by a bar; a bar or a percent sign in a value is encoded. */
export function rowKey(table: Table, row: Cell[]): string {
  return table.key
    .map((name) => text(row[columnIndex(table, name)]).replace(/[%|]/g, encodeURIComponent))
    .join('|');
}

export function text(value: Cell | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function number(value: Cell | undefined): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : null;
}

/** A list that may come as JSON text or as a list already. */
export function list(value: Cell | undefined): Cell[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'string' || value === '') return [];
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? (parsed as Cell[]) : [];
  } catch {
    return value.split(',').map((part) => part.trim());
  }
}

/** Rows under what they have in common, in the order in which that first came. */
export function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const known = groups.get(key);
    if (known) known.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

export function isNumeric(column: Column): boolean {
  return ['integer', 'decimal', 'money', 'share', 'ratio', 'number'].includes(column.type);
}
