import { expect, test } from 'vitest';
import type { Draft, FieldOffer, ProfiledColumn } from './wizard';
import { dayOrder, doubtsOf, formatsFor, grouped, uploadOf, withConstant, withField } from './wizard';

function profiled(header: string, holds: string, more: Partial<ProfiledColumn> = {}): ProfiledColumn {
  return {
    header,
    holds,
    filled: 3,
    distinct: 3,
    is_unique: true,
    samples: [],
    values: [],
    decimal: '',
    doubtful_numbers: false,
    days: 'plain',
    days_evidence: '',
    offsets: false,
    day_first: [],
    month_first: [],
    ...more,
  };
}

function draft(columns: [header: string, field: string, type: string][]): Draft {
  return {
    source: 'till',
    object: 'deal',
    title: '',
    table: 'deal',
    key: ['key'],
    time_zone: '',
    records: '',
    fills_short_rows: false,
    files: [],
    columns: columns.map(([header, field, type]) => ({
      header,
      field,
      type,
      formats: [],
      decimal: '',
      nulls: [],
      values: { a: 'b' },
    })),
    constants: {},
    formulas: {},
  };
}

const offer = (field: string, type = 'text'): FieldOffer => ({
  field,
  type,
  title: { en: field, ru: field },
  needed: false,
});

test('a field is fed by one column, and a key goes with its column', () => {
  const before = draft([
    ['id', 'key', 'id'],
    ['number', '', 'text'],
  ]);
  const after = withField(before, 1, offer('key', 'id'));
  expect(after.columns.map((column) => column.field)).toEqual(['', 'key']);
  expect(after.columns.map((column) => column.type)).toEqual(['text', 'id']);
  expect(after.key).toEqual(['key']);
  expect(withField(after, 1, undefined).key).toEqual([]);
  expect(before.columns[0]!.field).toBe('key');
  // What was replaced in a column is of its former field.
  expect(after.columns[1]!.values).toEqual({});
  expect(withField(before, 0, offer('key', 'id')).columns[0]!.values).toEqual({ a: 'b' });
});

test('a column takes the place of a constant', () => {
  const fixed = withConstant(draft([['cur', '', 'text']]), 'currency', 'EUR');
  expect(fixed.constants).toEqual({ currency: 'EUR' });
  expect(withField(fixed, 0, offer('currency')).constants).toEqual({});
  expect(withConstant(fixed, 'currency', '').constants).toEqual({});
});

test('only what the file leaves open is asked', () => {
  const fields = [offer('amount', 'money'), offer('currency')];
  const day = profiled('sold', 'date', {
    days: 'undecided',
    day_first: ['%d/%m/%Y'],
    month_first: ['%m/%d/%Y'],
  });
  const asked = doubtsOf(
    draft([
      ['sum', 'amount', 'money'],
      ['sold', 'close_date', 'date'],
      ['at', 'created_at', 'instant'],
      ['more', '', 'text'],
    ]),
    [
      profiled('sum', 'decimal', { doubtful_numbers: true }),
      day,
      profiled('at', 'instant'),
      profiled('more', 'date', { days: 'undecided' }),
    ],
    fields,
  );
  expect(asked).toEqual({ currency: true, timeZone: true, days: [1], numbers: [0] });
  const plain = doubtsOf(
    draft([
      ['sum', 'amount', 'money'],
      ['at', 'created_at', 'instant'],
    ]),
    [profiled('sum', 'money'), profiled('at', 'instant', { offsets: true })],
    fields,
  );
  expect(plain).toEqual({ currency: false, timeZone: false, days: [], numbers: [] });
  const column = { ...draft([['sold', 'close_date', 'date']]).columns[0]! };
  expect(dayOrder(column, day)).toBe('');
  expect(dayOrder({ ...column, formats: formatsFor('month', day) }, day)).toBe('month');
  expect(formatsFor('', day)).toEqual([]);
});

test('fields of other things stand apart, and parts of a title belong to their upload', () => {
  const names = grouped([offer('at'), offer('at.clock'), offer('account.country'), offer('amount.per_unit')]);
  expect(names.map((group) => [group.thing, group.offers.length])).toEqual([
    ['', 3],
    ['account', 1],
  ]);
  const uploads = [{ name: 'book.xlsx' }, { name: 'book.xlsx.csv' }, { name: 'a.json' }];
  expect(uploadOf(uploads, 'book.xlsx.csv')).toBe(uploads[1]);
  expect(uploadOf(uploads, 'book.xlsx/March')).toBe(uploads[0]);
  expect(uploadOf(uploads, 'a.json#lines.data')).toBe(uploads[2]);
  expect(uploadOf(uploads, 'other')).toBeUndefined();
});
