import { i18n } from '../i18n/index.svelte';
import { columnIndex, number, text } from '../api/table';
import type { Table } from '../api/types';
import type { ChartColumns, ChartModel, ChartSeries } from './model';
import { kMostSeries } from './palette';

/** A point a row: one figure against another, a colour a group. Rows without both figures are left out. */
export function scatterModel(table: Table, names: ChartColumns): ChartModel {
  const x = columnIndex(table, names.x);
  const y = columnIndex(table, names.y);
  const groups = names.series.map((name) => columnIndex(table, name)).filter((at) => at >= 0);
  const series = new Map<string, ChartSeries>();
  for (const row of table.rows) {
    const across = number(row[x]);
    const value = number(row[y]);
    if (across === null || value === null) continue;
    const name = groups.map((at) => text(row[at]) || i18n.t.app.notSaid).join(' · ');
    const known = series.get(name) ?? { name, points: [] };
    series.set(name, known);
    known.points.push({ value, across, row });
  }
  const all = [...series.values()].sort(
    (a, b) => b.points.length - a.points.length || (a.name < b.name ? -1 : 1),
  );
  const shown = all.slice(0, kMostSeries);
  return {
    kind: 'scatter',
    x: shown.flatMap((one) => one.points.map((point) => String(point.across))),
    isTime: false,
    series: shown,
    total: all.length,
  };
}

/** What a scatter draws; axes come from the caller. */
export function scatterSeries(
  model: ChartModel,
  colours: string[],
  title: string,
): Record<string, unknown>[] {
  return model.series.map((one, at) => ({
    type: 'scatter',
    name: one.name || title,
    data: one.points.map((point) => [point.across, point.value]),
    color: colours[at],
    symbolSize: 8,
    itemStyle: { opacity: 0.75 },
    emphasis: { focus: 'series' },
  }));
}
