import { describe, expect, it } from 'vitest';
import type { Table } from '../api/types';
import { hiddenColumns, inReadingOrder } from './canonical';

const column = (name: string) => ({ name, type: 'text' as const, unit: '' });
const deals: Table = {
  key: ['deal_id'],
  columns: ['deal_id', 'account_id', 'industry', 'amount', 'name', 'next_step'].map(column),
  rows: [
    ['d1', 'a1', 'retail', 10, 'Alder', null],
    ['d2', 'a2', null, 20, 'Brook', ''],
  ],
};

describe('canonical rows', () => {
  it('begin with what tells most and end with their key', () => {
    const ordered = inReadingOrder(deals);
    expect(ordered.columns.map((one) => one.name)).toEqual([
      'name',
      'amount',
      'account_id',
      'industry',
      'next_step',
      'deal_id',
    ]);
    expect(ordered.rows[0]).toEqual(['Alder', 10, 'a1', 'retail', null, 'd1']);
  });

  it('hide empty columns and ids of other rows', () => {
    expect(hiddenColumns(deals)).toEqual(['account_id', 'next_step']);
  });
});
