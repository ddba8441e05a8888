import { isNumeric, number, text } from '../api/table';
import type { Cell, Column } from '../api/types';

export interface Sort {
  column: string;
  isDescending: boolean;
}

/** The window of rows to draw: those in view and some on each side, never outside 0..count. */
export function windowOf(
  scrollTop: number,
  viewHeight: number,
  rowHeight: number,
  count: number,
  extra = 8,
): { from: number; to: number } {
  const from = Math.max(0, Math.floor(scrollTop / rowHeight) - extra);
  const to = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + extra);
  return { from: Math.min(from, to), to };
}

/** A sorted copy; missing values come last whichever way, equal ones keep their order. */
export function sortRows(rows: Cell[][], columns: Column[], sort: Sort, collator: Intl.Collator): Cell[][] {
  const at = columns.findIndex((column) => column.name === sort.column);
  const column = columns[at];
  if (!column) return rows;
  const direction = sort.isDescending ? -1 : 1;
  const isNumber = isNumeric(column);
  return [...rows].sort((a, b) => {
    const left = a[at] ?? null;
    const right = b[at] ?? null;
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    if (isNumber) return direction * ((number(left) ?? 0) - (number(right) ?? 0));
    return direction * collator.compare(text(left), text(right));
  });
}

/** The next state of a column header: as it came, up, down, as it came. Numbers begin with the largest. */
export function nextSort(current: Sort | undefined, column: Column): Sort | undefined {
  const isFirstDescending = isNumeric(column);
  if (current?.column !== column.name) return { column: column.name, isDescending: isFirstDescending };
  if (current.isDescending === isFirstDescending)
    return { column: column.name, isDescending: !isFirstDescending };
  return undefined;
}

const kLetter = 7.4;
const kDigit = 8.3; // figures are all as wide as the widest of them
const kPadding = 26;

function lengthOf(text: string): number {
  return text.length * (/\d/.test(text) ? kDigit : kLetter);
}

/** A width for a column from its title and a sample of its cells, in pixels. */
export function widthOf(title: string, sample: string[]): number {
  const longest = Math.max(lengthOf(title) + 2 * kLetter, ...sample.map(lengthOf));
  return Math.round(Math.min(340, Math.max(76, longest + kPadding)));
}
