import { describe, expect, it } from 'vitest';
import type { Cell, Table } from '../api/types';
import { placeOf } from '../charts/waterfall';
import { alikeOf, cellOf, comparedWith, readBridge, unitOf } from './bridge';
import { readDefinitions } from './definition';

const kNames = ['position', 'part', 'kind', 'title_en', 'title_ru', 'value', 'row_count'];

function bridge(rows: [string, string, Cell, Cell][]): Table {
  return {
    key: ['part'],
    columns: kNames.map((name) => ({
      name,
      type: name === 'value' ? 'money' : 'text',
      unit: name === 'value' ? 'EUR' : '',
    })),
    rows: rows.map(([part, kind, value, count], at) => [at, part, kind, part, `ru ${part}`, value, count]),
  };
}

describe('readBridge', () => {
  const table = bridge([
    ['start', 'start', 100, null],
    ['left', 'part', -160, 2],
    ['new', 'part', 20, 1],
    ['end', 'end', -40, null],
  ]);
  const shape = readBridge(table);

  it('puts each part where the one before it ends', () => {
    expect(shape.steps.map(({ from, to }) => [from, to])).toEqual([
      [0, 100],
      [100, -60],
      [-60, -40],
      [0, -40],
    ]);
    expect([shape.low, shape.high]).toEqual([-60, 100]);
    expect(shape.steps[1]).toMatchObject({ part: 'left', rows: 2, title: { en: 'left', ru: 'ru left' } });
  });
  it('draws below zero as above it', () => {
    expect(placeOf(shape.steps[0]!, shape)).toEqual({ left: 37.5, width: 62.5 });
    expect(placeOf(shape.steps[1]!, shape)).toEqual({ left: 0, width: 100 });
    expect(placeOf({ ...shape.steps[1]!, from: 0, to: 0 }, shape).width).toBeGreaterThan(0);
  });
  it('keeps the unit and the digits of the table', () => {
    expect(unitOf(table)).toBe('EUR');
    expect(cellOf(table, 'left')).toBe(-160);
    expect(cellOf(table, 'nothing')).toBeNull();
  });
});

describe('comparedWith', () => {
  it('asks one thing at a time', () => {
    expect(comparedWith('a', 'previous', '')).toEqual({ metrics: ['a'], against: 'previous' });
    expect(comparedWith('a', 'moment', '2026-01-31')).toEqual({ metrics: ['a'], start_as_of: '2026-01-31' });
    expect(comparedWith('a', 'with:b', '')).toEqual({ metrics: ['b', 'a'] });
    expect(comparedWith('a', 'moment', '')).toBeUndefined();
    expect(comparedWith('a', '', '')).toBeUndefined();
  });
});

describe('alikeOf', () => {
  it('offers what measures the same, rivals first', () => {
    const names = ['id', 'unit', 'additivity', 'rivals'];
    const [won, ...others] = readDefinitions({
      key: ['id'],
      columns: names.map((name) => ({ name, type: 'text' as const, unit: '' })),
      rows: [
        ['won_amount', 'money', 'additive', [{ id: 'invoiced' }]],
        ['pipeline', 'money', 'semi_additive', []],
        ['invoiced', 'money', 'additive', []],
        ['deals', 'count', 'additive', []],
        ['average', 'money', 'ratio', []],
      ],
    });
    expect(alikeOf(won!, [won!, ...others]).map((one) => one.id)).toEqual(['invoiced', 'pipeline']);
  });
});
