import { describe, expect, it } from 'vitest';
import type { Table } from '../api/types';
import {
  choose,
  filterViews,
  kExamples,
  keptLook,
  kPlain,
  lookOf,
  modelOf,
  offsetOf,
  readLook,
  readOffer,
  viewsIn,
  wordAt,
  writeLook,
  type Look,
} from './queries';

const text = (name: string) => ({ name, type: 'text' as const, unit: '' });

const tables: Record<string, Table> = {
  views: {
    key: ['view'],
    columns: ['view', 'group', 'title_en', 'title_ru', 'help_en', 'help_ru'].map(text),
    rows: [
      ['account', 'customers', 'Accounts', 'Компании', 'A company', 'Компания'],
      ['deal', 'sales', 'Deals', 'Сделки', 'A deal', 'Сделка'],
    ],
  },
  columns: {
    key: ['view', 'column'],
    columns: ['view', 'column', 'type', 'unit', 'meaning_en', 'meaning_ru'].map(text),
    rows: [
      ['account', 'account_id', 'text', '', 'Id', 'Номер'],
      ['deal', 'amount_reporting', 'money', 'EUR', 'Amount', 'Сумма'],
    ],
  },
  functions: {
    key: ['function'],
    columns: ['function', 'kind', 'form', 'meaning_en', 'meaning_ru'].map(text),
    rows: [['sum', 'aggregate', 'sum(x)', 'Sum', 'Сумма']],
  },
};
const offer = readOffer(tables);

describe('the offer', () => {
  it('is read with columns by view', () => {
    expect(offer.views.map((view) => [view.name, view.columns.length])).toEqual([
      ['account', 1],
      ['deal', 1],
    ]);
    expect(offer.views[1]!.columns[0]).toMatchObject({ name: 'amount_reporting', unit: 'EUR' });
    expect(offer.functions[0]!.form).toBe('sum(x)');
  });

  it('finds the views that a query names, as whole words', () => {
    expect(viewsIn('select * from Deal join accounts', offer.views).map((view) => view.name)).toEqual([
      'deal',
    ]);
    expect(viewsIn('', offer.views)).toEqual([]);
  });

  it('is searched by name, title and meaning of columns in the language', () => {
    expect(filterViews(offer.views, 'comp', 'en').map((view) => view.name)).toEqual([]);
    expect(filterViews(offer.views, 'комп', 'ru').map((view) => view.name)).toEqual(['account']);
    expect(filterViews(offer.views, 'AMOUNT', 'en').map((view) => view.name)).toEqual(['deal']);
    expect(filterViews(offer.views, ' ', 'en')).toHaveLength(2);
  });
});

describe('the look', () => {
  const look: Look = { kind: 'line', x: 'month: a', y: 'won', by: '' };

  it('goes into the address and back', () => {
    expect(writeLook(look)).toBe('line:month%3A%20a:won');
    expect(readLook(writeLook(look))).toEqual(look);
    expect(writeLook(kPlain)).toBe('');
    expect(readLook('cake:a:b')).toEqual(kPlain);
    expect(readLook('bar:%E0%A4%A')).toMatchObject({ kind: 'bar', x: '%E0%A4%A' });
  });

  it('is kept as an object', () => {
    expect(lookOf(keptLook(look))).toEqual(look);
    expect(lookOf('')).toEqual(kPlain);
    expect(lookOf('{"kind":7}')).toEqual(kPlain);
  });
});

describe('the chart', () => {
  const table: Table = {
    key: [],
    columns: [
      { name: 'month', type: 'date', unit: '' },
      text('segment'),
      { name: 'won', type: 'money', unit: 'EUR' },
      { name: 'deals', type: 'integer', unit: 'count' },
    ],
    rows: [
      ['2026-02-01', 'b', 20, 2],
      ['2026-01-01', 'a', 10, 1],
      ['2026-01-01', 'b', null, 3],
    ],
  };

  it('takes the first columns that serve, and those chosen', () => {
    expect(choose({ ...kPlain, kind: 'line' }, table.columns)).toMatchObject({
      x: 'month',
      y: 'won',
      by: '',
    });
    expect(choose({ kind: 'bar', x: 'segment', y: 'deals', by: 'segment' }, table.columns)).toEqual({
      kind: 'bar',
      x: 'segment',
      y: 'deals',
      by: '',
    });
    expect(choose({ ...kPlain, kind: 'scatter' }, table.columns)).toMatchObject({ x: 'won', y: 'deals' });
    expect(choose({ kind: 'line', x: 'gone', y: 'gone', by: 'gone' }, table.columns)).toMatchObject({
      x: 'month',
      y: 'won',
      by: '',
    });
  });

  it('draws a line a group over time', () => {
    const model = modelOf({ kind: 'line', x: 'month', y: 'won', by: 'segment' }, table)!;
    expect(model.x).toEqual(['2026-01-01', '2026-02-01']);
    expect(model.series.map((one) => one.points.map((point) => point.value))).toEqual([
      [null, 20],
      [10, null],
    ]);
  });

  it('draws points of two figures, without rows that lack one', () => {
    const model = modelOf({ kind: 'scatter', x: 'deals', y: 'won', by: 'segment' }, table)!;
    expect(model.kind).toBe('scatter');
    expect(
      model.series.map((one) => [one.name, one.points.map((point) => [point.across, point.value])]),
    ).toEqual([
      ['a', [[1, 10]]],
      ['b', [[2, 20]]],
    ]);
  });

  it('says nothing where columns do not serve', () => {
    expect(
      modelOf({ ...kPlain, kind: 'line' }, { ...table, columns: table.columns.map((one) => text(one.name)) }),
    ).toBeUndefined();
    expect(modelOf({ kind: 'scatter', x: 'segment', y: 'won', by: '' }, table)).toBeUndefined();
    expect(modelOf({ ...kPlain, kind: 'bar' }, { ...table, rows: [] })).toBeUndefined();
    expect(modelOf(kPlain, table)).toBeUndefined();
  });
});

describe('places', () => {
  it('counts characters, not units', () => {
    expect(offsetOf('a\n😀b', 2, 2)).toBe(4);
    expect(offsetOf('abc', 1, 2)).toBe(1);
    expect(offsetOf('abc', 9, 9)).toBe(3);
  });

  it('covers the word that is meant', () => {
    expect(wordAt('SELECT naem, x', 7)).toEqual({ from: 7, to: 11 });
    expect(wordAt('a + b', 2)).toEqual({ from: 2, to: 3 });
    expect(wordAt('abc', 3)).toEqual({ from: 2, to: 3 });
  });
});

it('has three examples, each drawn', () => {
  expect(kExamples.map((example) => example.look.kind)).toEqual(['bar', 'bar', 'scatter']);
});
