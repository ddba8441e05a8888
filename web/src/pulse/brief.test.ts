import { describe, expect, it } from 'vitest';
import type { Result } from '../api/types';
import { readBrief, verdictOf } from './brief';

describe('the brief', () => {
  it('reads its lists, each in the order of the answer', () => {
    const column = (name: string) => ({ name, type: 'text' as const, unit: '' });
    const result = {
      currency: 'EUR',
      tables: {
        numbers: {
          key: ['metric'],
          columns: ['metric', 'value', 'unit', 'currency', 'since_day', 'better'].map(column),
          rows: [
            ['won_amount', 10, 'money', 'EUR', 2, 'up'],
            ['overdue', 3, 'count', null, null, 'down'],
          ],
        },
        deals: { key: ['deal_id'], columns: ['deal_id', 'is_new'].map(column), rows: [['d:1', true]] },
        missing: {
          key: ['code'],
          columns: ['code', 'en', 'ru'].map(column),
          rows: [['a', 'some', 'чего-то']],
        },
      },
    } as unknown as Result;
    const brief = readBrief(result);
    expect(brief.numbers.map((one) => [one.unit, one.sinceDay, one.better])).toEqual([
      ['EUR', 2, 'up'],
      ['count', null, 'down'],
    ]);
    expect(brief.deals[0]).toMatchObject({ id: 'd:1', isNew: true, amount: null });
    expect(brief.leaks).toEqual([]);
    expect(brief.missing[0]?.ru).toBe('чего-то');
  });

  it('judges a change by what is better', () => {
    expect(verdictOf(2, 'up')).toBe('good');
    expect(verdictOf(2, 'down')).toBe('bad');
    expect(verdictOf(0, 'down')).toBe('');
    expect(verdictOf(null, 'up')).toBe('');
    // What is rounded away is no change.
    expect(verdictOf(-0.0003, 'up', '0 pt')).toBe('');
    expect(verdictOf(-0.0004, 'up', '−0.04 pt')).toBe('bad');
  });
});
