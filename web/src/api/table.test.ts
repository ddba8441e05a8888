import { describe, expect, it } from 'vitest';
import { toQuery } from './client';
import { list, number, records, rowKey } from './table';
import type { Table } from './types';

const table: Table = {
  key: ['period', 'team'],
  columns: [
    { name: 'period', type: 'date', unit: '' },
    { name: 'team', type: 'text', unit: '' },
    { name: 'won', type: 'money', unit: 'EUR' },
  ],
  rows: [[null, 'A|B 50%', 12]],
};

describe('tables', () => {
  it('give rows by name', () => {
    expect(records(table)).toEqual([{ period: null, team: 'A|B 50%', won: 12 }]);
    expect(records(undefined)).toEqual([]);
  });

  it('write the key of a row so that it can be taken apart again', () => {
    expect(rowKey(table, table.rows[0]!)).toBe('|A%7CB 50%25');
  });

  it('read numbers and lists whatever form they came in', () => {
    expect([number('12.5'), number(''), number('x'), number(3), number(null)]).toEqual([
      12.5,
      null,
      null,
      3,
      null,
    ]);
    expect(list('["a","b"]')).toEqual(['a', 'b']);
    expect(list('a, b')).toEqual(['a', 'b']);
    expect(list(['a'])).toEqual(['a']);
  });
});

describe('toQuery', () => {
  it('joins lists and leaves out what is not set', () => {
    expect(
      toQuery({ metrics: ['won', 'lost'], by: [], team: '', where: "a = 'x'", limit: 5, as_of: undefined }),
    ).toBe('metrics=won%2Clost&where=a+%3D+%27x%27&limit=5');
  });
});
