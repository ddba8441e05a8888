import { describe, expect, it } from 'vitest';
import type { Table } from '../api/types';
import { en } from '../i18n/en';
import { Formatter } from '../i18n/format';
import { ru } from '../i18n/ru';
import { canonicalCell, hiddenColumns, inReadingOrder } from './canonical';

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

  it('show the amount that figures add up right after the name', () => {
    const paid: Table = {
      key: ['deal_id'],
      columns: ['deal_id', 'name', 'account', 'amount', 'currency', 'amount_reporting'].map(column),
      rows: [['d1', 'Alder', 'Alder AG', 7996.8, 'GBP', 9164]],
    };
    expect(inReadingOrder(paid).columns[1]?.name).toBe('amount_reporting');
    expect(hiddenColumns(paid)).toEqual([]);
  });

  it('say money with its currency, and codes in words', () => {
    const table: Table = {
      key: ['deal_id'],
      columns: [
        column('deal_id'),
        column('status'),
        { name: 'amount', type: 'decimal', unit: '' },
        column('currency'),
        { name: 'amount_reporting', type: 'decimal', unit: '' },
      ],
      rows: [],
    };
    const row = ['d1', 'won', 7996.8, 'GBP', 9164];
    const of = { table: 'deal', currency: 'EUR' };
    const said = (at: number, lang: 'en' | 'ru' = 'en') =>
      canonicalCell(
        row[at]!,
        table.columns[at]!,
        row,
        table,
        of,
        new Formatter(lang),
        lang === 'ru' ? ru : en,
      );
    expect(said(2)).toBe('£7,996.80');
    expect(said(4)).toBe('€9,164.00');
    expect(said(1, 'ru')).toBe('выиграна');
    expect(said(0)).toBeUndefined();
  });
});
