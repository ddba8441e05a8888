import { columnIndex, number, records, text } from '../api/table';
import type { Cell, Params, Table, Text2 } from '../api/types';
import type { Definition } from './definition';

/** One step of a waterfall, from the running total before it to the one after it. */
export interface BridgeStep {
  part: string;
  kind: 'start' | 'part' | 'end';
  title: Text2;
  value: number;
  rows: number;
  from: number;
  to: number;
}

export interface BridgeShape {
  steps: BridgeStep[];
  /** What is drawn, from where to where: zero lies within. */
  low: number;
  high: number;
}

/** The rows of table `bridge` in their order, each where it lies. */
export function readBridge(table: Table): BridgeShape {
  let total = 0;
  const steps = records(table).map((row): BridgeStep => {
    const kind = text(row['kind']) as BridgeStep['kind'];
    const value = number(row['value'] ?? null) ?? 0;
    const from = kind === 'part' ? total : 0;
    total = kind === 'part' ? total + value : value;
    return {
      part: text(row['part']),
      kind,
      title: { en: text(row['title_en']), ru: text(row['title_ru']) },
      value,
      rows: number(row['row_count'] ?? null) ?? 0,
      from,
      to: total,
    };
  });
  const ends = steps.flatMap((step) => [step.from, step.to]);
  return { steps, low: Math.min(0, ...ends), high: Math.max(0, ...ends) };
}

/** Where a step is drawn, in percent of the width. A step of little is still seen. */
export function placeOf(step: BridgeStep, shape: BridgeShape): { left: number; width: number } {
  const span = shape.high - shape.low || 1;
  const left = ((Math.min(step.from, step.to) - shape.low) / span) * 100;
  return { left, width: Math.max(0.4, (Math.abs(step.to - step.from) / span) * 100) };
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
