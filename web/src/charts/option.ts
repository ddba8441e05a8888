import type { EChartsCoreOption } from 'echarts/core';
import type { ChartModel } from './model';
import { niceScale, spread, yAt } from './line';
import { coloursOf } from './palette';
import { scatterSeries } from './scatter';

export interface ChartLook {
  isDark: boolean;
  ink: string;
  quietInk: string;
  line: string;
  panel: string;
  font: string;
  /** A value on an axis, and in full. */
  short: (value: number) => string;
  full: (value: number) => string;
  x: (value: string) => string;
  title: string;
  width: number;
}

const kNameWidth = 118;
/** The height of a chart of lines, and what is left free above and below its lines. */
export const kLinesHeight = 340;
const kTop = 16;
const kBottom = 28;
const kNameGap = 15;
// A legend below the lines: all names are in view, in as many rows as they take.
const kLegendRow = 26;
const kLegendLetter = 7;
const kLegendMark = 45;

const isNamedAtEnd = (model: ChartModel, width: number): boolean =>
  model.series.some((one) => one.name !== '') && width > 520;

/** How many rows the legend of lines takes; none where each line is named at its end. */
export function legendRows(model: ChartModel, width: number): number {
  if (model.series.length < 2 || isNamedAtEnd(model, width)) return 0;
  let rows = 1;
  let taken = 0;
  for (const { name } of model.series) {
    const wide = kLegendMark + name.length * kLegendLetter;
    if (taken && taken + wide > width) {
      rows += 1;
      taken = 0;
    }
    taken += wide;
  }
  return rows;
}

/** The height of a chart of lines with its legend. */
export const linesHeight = (model: ChartModel, width: number): number =>
  kLinesHeight + legendRows(model, width) * kLegendRow;

/** The option of ECharts for a model: lines named where they end, bars from zero with their values beside them. */
export function chartOption(model: ChartModel, look: ChartLook): EChartsCoreOption {
  if (model.kind === 'scatter') return scatter(model, look);
  return model.kind === 'bar' && !model.isTime ? bars(model, look) : lines(model, look);
}

function lines(model: ChartModel, look: ChartLook): EChartsCoreOption {
  const named = coloursOf(
    model.series.map((one) => one.name),
    look.isDark,
  );
  const colours = model.series.map((one, at) => (one.isTotal ? look.ink : named[at]));
  const scale = niceScale(model.series.flatMap((one) => one.points.map((point) => point.value)));
  const box = { width: look.width, height: kLinesHeight, left: 0, right: 0, top: kTop, bottom: kBottom };
  // Names that would touch are moved apart, and stay above the axis.
  const names = spread(
    model.series.map((one) =>
      yAt(one.points.findLast((point) => point.value !== null)?.value ?? 0, scale, box),
    ),
    kNameGap,
    kTop,
    kLinesHeight - kBottom - kNameGap / 2,
  );
  const isNamed = isNamedAtEnd(model, look.width);
  const rows = legendRows(model, look.width);
  return {
    ...base(look),
    grid: {
      left: 14 + 6.8 * Math.max(...scale.ticks.map((tick) => look.short(tick).length)),
      right: isNamed ? kNameWidth : 16,
      top: kTop,
      bottom: kBottom + rows * kLegendRow,
    },
    legend: {
      show: rows > 0,
      left: 0,
      bottom: 0,
      itemGap: 12,
      itemWidth: 22,
      textStyle: { color: look.quietInk },
    },
    xAxis: {
      type: 'category',
      data: model.x.map(look.x),
      boundaryGap: model.kind === 'bar',
      axisLine: { lineStyle: { color: look.line } },
      axisTick: { show: false },
      axisLabel: { color: look.quietInk, hideOverlap: true },
    },
    yAxis: {
      ...valueAxis(look),
      min: scale.min,
      max: scale.max,
      interval: (scale.max - scale.min) / (scale.ticks.length - 1),
    },
    series: model.series.map((one, at) => ({
      type: model.kind,
      name: one.name || look.title,
      data: one.points.map((point) => point.value),
      color: colours[at],
      symbol: 'circle',
      symbolSize: one.points.length > 40 ? 0 : 6,
      showSymbol: one.points.length <= 40,
      lineStyle: { width: one.isTotal ? 3 : 2, type: one.isDashed ? 'dashed' : 'solid' },
      itemStyle:
        model.kind === 'bar' ? { borderRadius: [3, 3, 0, 0] } : { borderColor: look.panel, borderWidth: 1.5 },
      barMaxWidth: 42,
      endLabel:
        isNamed && model.kind === 'line'
          ? {
              show: true,
              formatter: '{a}',
              color: colours[at],
              width: kNameWidth - 14,
              overflow: 'truncate',
              distance: 8,
            }
          : { show: false },
      labelLayout: { y: names[at], verticalAlign: 'middle' },
      emphasis: { focus: 'series' },
    })),
  };
}

function bars(model: ChartModel, look: ChartLook): EChartsCoreOption {
  const points = model.series[0]?.points ?? [];
  return {
    ...base(look),
    grid: { left: 8, right: 76, top: 8, bottom: 8, containLabel: true },
    xAxis: { ...valueAxis(look), type: 'value' },
    yAxis: {
      type: 'category',
      inverse: true,
      data: model.x,
      axisLine: { lineStyle: { color: look.line } },
      axisTick: { show: false },
      axisLabel: { color: look.ink, width: Math.min(220, look.width * 0.3), overflow: 'truncate' },
    },
    series: [
      {
        type: 'bar',
        name: look.title,
        data: points.map((point) => point.value),
        color: coloursOf([''], look.isDark)[0],
        barMaxWidth: 22,
        itemStyle: { borderRadius: [0, 3, 3, 0] },
        label: {
          show: true,
          position: 'right',
          color: look.ink,
          formatter: (bar: { value: number | null }) => (bar.value === null ? '' : look.short(bar.value)),
        },
      },
    ],
  };
}

function scatter(model: ChartModel, look: ChartLook): EChartsCoreOption {
  const colours = coloursOf(
    model.series.map((one) => one.name),
    look.isDark,
  );
  const isNamed = model.series.length > 1;
  return {
    ...base(look),
    grid: { left: 8, right: 24, top: kTop, bottom: isNamed ? kBottom + 12 : 8, containLabel: true },
    legend: { show: isNamed, bottom: 0, type: 'scroll', textStyle: { color: look.quietInk } },
    xAxis: {
      ...valueAxis(look),
      axisLabel: {
        color: look.quietInk,
        hideOverlap: true,
        formatter: (value: number) => look.x(String(value)),
      },
    },
    yAxis: valueAxis(look),
    series: scatterSeries(model, colours, look.title),
  };
}

function base(look: ChartLook): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: look.font, fontSize: 12, color: look.ink },
    tooltip: {
      trigger: 'item',
      renderMode: 'html',
      appendTo: 'body',
      className: 'chart-tip',
      formatter: tip(look),
    },
  };
}

interface TipPoint {
  seriesName: string;
  name: string;
  value: number | null | [number, number];
}

/** The tip is made of elements, not of text: the content policy forbids inline styles, and values are never markup. */
function tip(look: ChartLook): (point: TipPoint) => HTMLElement {
  return (point) => {
    const box = document.createElement('div');
    const add = (name: string, text: string): void => {
      const line = document.createElement(name);
      line.textContent = text;
      box.append(line);
    };
    const [across, value] = Array.isArray(point.value) ? point.value : [null, point.value];
    const name = across === null ? point.name : look.x(String(across));
    add('span', point.seriesName === look.title ? name : `${point.seriesName}, ${name}`);
    add('b', value === null ? '–' : look.full(value));
    return box;
  };
}

function valueAxis(look: ChartLook): Record<string, unknown> {
  return {
    type: 'value',
    axisLabel: { color: look.quietInk, formatter: look.short, hideOverlap: true },
    splitLine: { lineStyle: { color: look.line } },
  };
}
