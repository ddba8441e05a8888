import { columnIndex, number, records, text } from '../api/table';
import type { Cell, Params, Table } from '../api/types';
import { stepsOf, type BridgeShape, type BridgeStep } from '../charts/waterfall';
import type { Definition } from './definition';

/** The rows of table `bridge` in their order, each where it lies. */
export function readBridge(table: Table): BridgeShape {
  return stepsOf(
    records(table).map((row) => ({
      part: text(row['part']),
      kind: text(row['kind']) as BridgeStep['kind'],
      title: { en: text(row['title_en']), ru: text(row['title_ru']) },
      value: number(row['value'] ?? null) ?? 0,
      rows: number(row['row_count'] ?? null) ?? 0,
    })),
  );
}

/** The unit of the numbers, as figures are formatted by it. */
export function unitOf(table: Table): string {
  const column = table.columns[columnIndex(table, 'value')];
  return column?.type === 'share' ? 'share' : (column?.unit ?? '');
}

/** The value of a part as the table has it, to the last digit. */
export function cellOf(table: Table, part: string): Cell {
  const row = table.rows.find((one) => text(one[columnIndex(table, 'part')] ?? null) === part);
  return row?.[columnIndex(table, 'value')] ?? null;
}

/** What `metrics.explain` is asked for a choice: `previous`, `year_ago`, `moment` with a day, `with:ID`. */
export function comparedWith(id: string, chosen: string, day: string): Params | undefined {
  if (chosen === 'previous' || chosen === 'year_ago') return { metrics: [id], against: chosen };
  if (chosen === 'moment') return day ? { metrics: [id], start_as_of: day } : undefined;
  // From the other definition to the one of this page.
  return chosen.startsWith('with:') ? { metrics: [chosen.slice(5), id] } : undefined;
}

/** The definitions that measure the same as this one, its rivals first. */
export function alikeOf(definition: Definition, all: readonly Definition[]): Definition[] {
  const rivals = new Set(definition.rivals.map((rival) => rival.id));
  const isSum = (one: Definition): boolean => ['additive', 'semi_additive'].includes(one.additivity);
  return all
    .filter(
      (one) =>
        one.id !== definition.id &&
        one.unit === definition.unit &&
        (one.additivity === definition.additivity || (isSum(one) && isSum(definition))),
    )
    .sort((a, b) => Number(rivals.has(b.id)) - Number(rivals.has(a.id)));
}
