import { describe, expect, it } from 'vitest';
import { comparisonsOf, joined, readColumns, termOf, valuesOf } from './columns';
import { readDefinitions } from './definition';
import { grainFor } from './grain';

const column = (name: string) => ({ name, type: 'text' as const, unit: '' });

describe('readDefinitions', () => {
  it('reads lists whether they came as JSON or as its text', () => {
    const columns = ['id', 'dimensions', 'rivals'].map(column);
    const formula = { en: 'won / created', ru: 'выиграно / создано' };
    const rows = [
      [
        'win_rate',
        JSON.stringify([{ id: 'team', en: 'Team', ru: 'Команда' }]),
        [{ name: { en: 'Close rate', ru: 'Доля закрытых' }, formula, used_by: 'Quartz' }],
      ],
      ['leads', [{ id: 'source', en: 'Source', ru: 'Источник' }], [{ id: 'deals_created', formula }]],
    ];
    const [first, second] = readDefinitions({ key: ['id'], columns, rows });
    expect(first).toMatchObject({
      dimensions: [{ id: 'team', title: { en: 'Team', ru: 'Команда' } }],
      rivals: [{ id: '', name: { en: 'Close rate', ru: 'Доля закрытых' }, formula, usedBy: 'Quartz' }],
    });
    expect(second).toMatchObject({
      dimensions: [{ id: 'source' }],
      rivals: [{ id: 'deals_created', name: { en: '', ru: '' } }],
    });
  });
});

describe('grainFor', () => {
  it('makes about a dozen points', () => {
    expect(grainFor({ from: '2026-11-10', to: '2026-11-23' })).toBe('day');
    expect(grainFor({ from: '2026-10-01', to: '2026-11-23' })).toBe('week');
    expect(grainFor({ from: '2026-01-01', to: '2026-11-23' })).toBe('month');
    expect(grainFor({})).toBe('quarter');
  });
});

describe('conditions that are put together', () => {
  it('quotes texts and days, and leaves numbers and truths as they are', () => {
    expect(termOf('ext.crm.deal.holder', 'text', '=', "D'Arcy")).toBe("ext.crm.deal.holder = 'D''Arcy'");
    expect(termOf('a', 'text', 'like', 'part')).toBe("a like '%part%'");
    expect(termOf('a', 'integer', '>=', ' 10 ')).toBe('a >= 10');
    expect(termOf('a', 'boolean', '=', 'true')).toBe('a = true');
    expect(termOf('a', 'date', '<', '2026-01-31')).toBe("a < '2026-01-31'");
    expect(termOf('a', 'text', 'is not null', '')).toBe('not a is null');
    expect(termOf('a', 'text', '=', ' ')).toBe('');
  });
  it('keeps what was there', () => {
    expect(joined('', 'a = 1')).toBe('a = 1');
    expect(joined('b = 2', 'a = 1')).toBe('b = 2 and a = 1');
    expect(joined('b = 2 or c = 3', 'a = 1')).toBe('(b = 2 or c = 3) and a = 1');
  });
  it('compares what can be compared', () => {
    expect(comparisonsOf('boolean')).toEqual(['=', 'is null', 'is not null']);
    expect(comparisonsOf('text')).not.toContain('>');
    expect(comparisonsOf('decimal')).not.toContain('like');
  });
});

describe('readColumns', () => {
  it('tells columns that split from those that filter', () => {
    const names = ['id', 'object_en', 'object_ru', 'header', 'type', 'distinct_count', 'splits', 'why_not'];
    const rows = [
      ['ext.crm.deal.holder', 'Deals', 'Сделки', 'Holder', 'text', 3, true, ''],
      ['ext.crm.deal.note', 'Deals', 'Сделки', 'Note', 'text', 900, false, 'many_values'],
    ];
    expect(readColumns({ key: ['id'], columns: names.map(column), rows })).toMatchObject([
      { id: 'ext.crm.deal.holder', object: { ru: 'Сделки' }, splits: true, values: 3 },
      { splits: false, whyNot: 'many_values' },
    ]);
  });
  it('offers each value once', () => {
    const table = { key: ['a'], columns: ['a'].map(column), rows: [['x'], [null], ['x'], [false]] };
    expect(valuesOf(table, 'a')).toEqual(['x', 'false']);
  });
});
