import { i18n } from '../i18n/index.svelte';
import { columnIndex, number, text } from '../api/table';
import type { Cell, Table } from '../api/types';
import { kMostSeries } from './palette';

export interface ChartPoint {
  value: number | null;
  /** Of a scatter: how far along the x axis. */
  across?: number;
  /** The row of the table that the point shows. */
  row: Cell[] | null;
}

export interface ChartSeries {
  name: string;
  points: ChartPoint[];
  /** The sum of the others and of what is not drawn: it stands apart from them. */
  isTotal?: boolean;
  /** What is only wanted or expected. */
  isDashed?: boolean;
}

/** What is drawn, free of how: the x values in order, and one series a group. */
export interface ChartModel {
  kind: 'line' | 'bar' | 'scatter';
  x: string[];
  isTime: boolean;
  series: ChartSeries[];
  /** How many series or bars there are before the largest were taken. */
  total: number;
}

const kMostBars = 24;

export interface ChartColumns {
  x: string;
  y: string;
  /** Columns whose values together name a series. */
  series: string[];
}

/** Reads a table into a chart: over time a line a group, else the largest bars first, or all as they come. */
export function chartModel(
  table: Table,
  names: ChartColumns,
  kind?: 'line' | 'bar',
  isOrdered = false,
): ChartModel {
  const x = columnIndex(table, names.x);
  const y = columnIndex(table, names.y);
  const groups = names.series.map((name) => columnIndex(table, name)).filter((at) => at >= 0);
  // One period alone is no line.
  const isTime =
    ['date', 'instant'].includes(table.columns[x]?.type ?? '') &&
    new Set(table.rows.map((row) => text(row[x]))).size > 1;
  const drawn = kind ?? (isTime ? 'line' : 'bar');
  if (drawn === 'bar' && !isTime) return barModel(table, x, y, groups, isOrdered);
  return timeModel(table, x, y, groups, drawn, isTime);
}

function timeModel(
  table: Table,
  x: number,
  y: number,
  groups: number[],
  kind: 'line' | 'bar',
  isTime: boolean,
): ChartModel {
  const known = table.rows.map((row) => text(row[x]));
  const xs = isTime ? [...new Set(known)].sort() : [...new Set(known)];
  const slot = new Map(xs.map((value, at) => [value, at]));
  const series = new Map<string, ChartSeries>();
  for (const row of table.rows) {
    const name = nameOf(row, groups);
    const known = series.get(name) ?? { name, points: xs.map(() => ({ value: null, row: null })) };
    series.set(name, known);
    known.points[slot.get(text(row[x])) ?? 0] = { value: number(row[y]), row };
  }
  const all = [...series.values()].sort((a, b) => weight(b) - weight(a) || (a.name < b.name ? -1 : 1));
  return { kind, x: xs, isTime, series: all.slice(0, kMostSeries), total: all.length };
}

function barModel(table: Table, x: number, y: number, groups: number[], isOrdered: boolean): ChartModel {
  const isDate = ['date', 'instant'].includes(table.columns[x]?.type ?? '');
  // A bar is named by its group; the one bar of a whole period needs no name.
  const columns = groups.length || isDate ? groups : [x];
  const bars = table.rows.map((row) => ({
    name: nameOf(row, columns),
    point: { value: number(row[y]), row },
  }));
  if (!isOrdered) bars.sort((a, b) => Math.abs(b.point.value ?? 0) - Math.abs(a.point.value ?? 0));
  const shown = bars.slice(0, kMostBars);
  return {
    kind: 'bar',
    x: shown.map((bar) => bar.name),
    isTime: false,
    series: [{ name: '', points: shown.map((bar) => bar.point) }],
    total: bars.length,
  };
}

function nameOf(row: Cell[], columns: number[]): string {
  return columns.map((at) => text(row[at]) || i18n.t.app.notSaid).join(' · ');
}

/** How large a series is, only to choose which are drawn. */
function weight(series: ChartSeries): number {
  return series.points.reduce((sum, point) => sum + Math.abs(point.value ?? 0), 0);
}
