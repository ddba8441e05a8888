// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import type { Table } from '../api/types';
import { funnelShape } from './funnel';
import { intervalScale, isWithin, placeIn, type Interval } from './intervals';
import { labelStride, linePath, niceScale, spread } from './line';
import { chartModel } from './model';
import { chartOption, kLinesHeight, legendRows, linesHeight, type ChartLook } from './option';
import { coloursOf, kMostSeries } from './palette';
import { reachShape } from './reach';

const table: Table = {
  key: ['period', 'team'],
  columns: [
    { name: 'period', type: 'date', unit: '' },
    { name: 'team', type: 'text', unit: '' },
    { name: 'won', type: 'money', unit: 'EUR' },
  ],
  rows: [
    ['2026-02-01', 'North', 20],
    ['2026-01-01', 'North', 10],
    ['2026-01-01', 'South', 500],
  ],
};

const look: ChartLook = {
  isDark: false,
  ink: '#000',
  quietInk: '#555',
  line: '#eee',
  panel: '#fff',
  font: 'Inter',
  short: (value) => `${value}`,
  full: (value) => `${value}`,
  x: (value) => value,
  title: 'Won',
  width: 900,
};

describe('niceScale', () => {
  it('holds zero and all values', () => {
    expect(niceScale([120, 730])).toEqual({ min: 0, max: 800, ticks: [0, 200, 400, 600, 800] });
    expect(niceScale([-30, 40]).min).toBeLessThanOrEqual(-30);
    expect(niceScale([null, null])).toEqual({ min: 0, max: 1, ticks: [0, 1] });
  });
});

describe('linePath', () => {
  it('lifts the pen where a value is missing', () => {
    expect(
      linePath(
        [1, null, 3, 4],
        (at) => at,
        (value) => value,
      ),
    ).toBe('M0 1M2 3L3 4');
  });

  it('writes no more labels than there is room for', () => {
    expect(labelStride(12, 5)).toBe(3);
    expect(labelStride(0, 0)).toBe(1);
  });
});

describe('funnelShape', () => {
  it('keeps the order of counts, shows the smallest, and joins neighbours', () => {
    const steps = [6310, 1904, 3, 0].map((count, at) => ({
      step: String(at),
      count,
      shareOfPrevious: null,
      medianDays: null,
    }));
    const shape = funnelShape(steps, 600, 188);
    const heights = shape.bars.map((bar) => bar.height);
    expect(heights).toEqual([...heights].sort((a, b) => b - a));
    expect(heights[2]).toBeGreaterThanOrEqual(4);
    expect(shape.flows).toHaveLength(3);
    expect(shape.bars.at(-1)!.x + 28).toBeCloseTo(600);
  });
});

describe('chartModel', () => {
  it('makes a line a group, in order of time, with gaps where there is no row', () => {
    const model = chartModel(table, { x: 'period', y: 'won', series: ['team'] });
    expect(model.kind).toBe('line');
    expect(model.x).toEqual(['2026-01-01', '2026-02-01']);
    expect(model.series.map((one) => [one.name, one.points.map((point) => point.value)])).toEqual([
      ['South', [500, null]],
      ['North', [10, 20]],
    ]);
    expect(model.series[1]!.points[0]!.row).toBe(table.rows[1]);
  });

  it('makes bars, the largest first, where there is no time', () => {
    const flat = { ...table, rows: table.rows.map((row) => [null, row[1]!, row[2]!]) };
    const model = chartModel(flat, { x: 'period', y: 'won', series: ['team'] });
    expect(model.kind).toBe('bar');
    expect(model.x).toEqual(['South', 'North', 'North']);
  });

  it('takes the largest series and says how many there were', () => {
    const rows = Array.from({ length: 40 }, (_, at) => [
      at < 20 ? '2026-01-01' : '2026-02-01',
      `team ${at % 20}`,
      at % 20,
    ]);
    const model = chartModel({ ...table, rows }, { x: 'period', y: 'won', series: ['team'] });
    expect(model.series).toHaveLength(kMostSeries);
    expect(model.total).toBe(20);
    expect(model.series[0]!.name).toBe('team 19');
  });
});

describe('chartOption', () => {
  it('never cuts the foot off bars, and names lines where they end', () => {
    const lines = chartOption(chartModel(table, { x: 'period', y: 'won', series: ['team'] }), look) as {
      series: { endLabel: { show: boolean } }[];
    };
    expect(lines.series.every((one) => one.endLabel.show)).toBe(true);
    const bars = chartOption(
      chartModel({ ...table, rows: [[null, 'North', 5]] }, { x: 'period', y: 'won', series: ['team'] }),
      look,
    );
    expect(bars['xAxis']).not.toHaveProperty('min');
    expect(bars['xAxis']).not.toHaveProperty('scale');
  });

  it('names lines in a legend of as many rows as it takes where there is no room at their ends', () => {
    const model = chartModel(table, { x: 'period', y: 'won', series: ['team'] });
    expect(legendRows(model, 900)).toBe(0);
    expect(legendRows(model, 400)).toBe(1);
    expect(legendRows(model, 100)).toBe(2);
    expect(linesHeight(model, 100)).toBeGreaterThan(kLinesHeight);
    const narrow = chartOption(model, { ...look, width: 400 }) as { legend: object };
    expect(narrow.legend).toMatchObject({ show: true });
    expect(narrow.legend).not.toHaveProperty('type');
  });

  it('writes values into the tip as text, never as markup', () => {
    const option = chartOption(chartModel(table, { x: 'period', y: 'won', series: ['team'] }), look) as {
      tooltip: { formatter: (point: object) => HTMLElement };
    };
    const tip = option.tooltip.formatter({ seriesName: '<img src=x>', name: 'Jan', value: 1 });
    expect(tip.querySelector('img')).toBeNull();
    expect(tip.textContent).toContain('<img src=x>');
  });
});

describe('coloursOf', () => {
  it('gives a name the same colour in any company of names', () => {
    expect(coloursOf(['North', 'South'], false)[0]).toBe(coloursOf(['South', 'North'], false)[1]);
    expect(new Set(coloursOf(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], true)).size).toBe(8);
  });
});

describe('spread', () => {
  it('moves names apart, and keeps them inside', () => {
    expect(spread([100, 10, 104], 15, 0, 200)).toEqual([100, 10, 115]);
    expect(spread([190, 195, 199], 15, 0, 200)).toEqual([170, 185, 200]);
    expect(spread([], 15, 0, 200)).toEqual([]);
  });
});

describe('reachShape', () => {
  it('falls from certain to impossible, and holds what else must be in view', () => {
    const shape = reachShape(
      [
        { share: 0.9, amount: 300 },
        { share: 0.1, amount: 200 },
      ],
      [120, null],
    );
    expect(shape.low).toBeLessThanOrEqual(120);
    expect(shape.high).toBeGreaterThanOrEqual(300);
    const chances = shape.points.map((point) => point.chance);
    expect(chances).toEqual([...chances].sort((a, b) => b - a));
    expect([chances[0], chances.at(-1)]).toEqual([1, 0]);
    expect(shape.points.find((point) => point.amount === 200 && point.chance < 1)?.chance).toBeCloseTo(0.9);
  });
  it('has a width where all is one amount, or nothing is known', () => {
    const one = reachShape([{ share: 0.5, amount: 0 }], []);
    expect(one.high).toBeGreaterThan(one.low);
  });
});

describe('intervals', () => {
  const interval = (low: number | null, high: number | null, came: number): Interval => ({
    key: 'a',
    name: 'a',
    low,
    middle: null,
    high,
    marks: [{ value: came, kind: 'came', name: 'came' }],
  });
  it('say whether what came lies within', () => {
    expect(isWithin(interval(10, 20, 20))).toBe(true);
    expect(isWithin(interval(10, 20, 21))).toBe(false);
    expect(isWithin(interval(null, 20, 21))).toBeUndefined();
  });
  it('share one scale from zero that holds the marks too', () => {
    const scale = intervalScale([interval(10, 20, 90)]);
    expect(scale.min).toBe(0);
    expect(scale.max).toBeGreaterThanOrEqual(90);
    expect(placeIn(scale.max, scale)).toBe(100);
  });
});
