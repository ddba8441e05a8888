import { expect, test } from 'vitest';
import {
  bySource,
  canBeEmptied,
  correctedUnder,
  emptyFields,
  encode,
  isCorrectable,
  type Correction,
} from './corrections';

const one = (source: string, state: string): Correction => ({
  decisionId: 1,
  field: 'stage',
  source,
  value: 'Won',
  state,
  reason: '',
  who: '',
});

test('sources are counted by what waits and what they overtook; what they took over needs nothing', () => {
  const all = [one('b', 'pending'), one('b', 'pending'), one('a', 'differs'), one('c', 'taken')];
  expect(bySource(all)).toEqual([
    { source: 'a', pending: 0, differs: 1 },
    { source: 'b', pending: 2, differs: 0 },
  ]);
});

test('a file is written in the encoding of its source', () => {
  expect([...encode('ID;Ё', 'windows-1251')]).toEqual([73, 68, 59, 0xa8]);
  expect([...encode('Ё', 'utf-8')]).toEqual([0xd0, 0x81]);
});

test('fields that are worked out are not corrected', () => {
  expect(isCorrectable('deal', 'stage')).toBe(true);
  expect(isCorrectable('person', 'lifecycle_stage')).toBe(false);
  expect(isCorrectable('lead', 'status')).toBe(true);
});

test('a name is corrected whole or in its parts, and is never empty', () => {
  expect(correctedUnder('full_name')).toEqual(['full_name', 'first_name', 'last_name']);
  expect(correctedUnder('phone')).toEqual(['phone']);
  expect(canBeEmptied('last_name')).toBe(false);
  expect(canBeEmptied('phone')).toBe(true);
  expect(
    emptyFields('person', ['full_name', 'email', 'phone', 'mobile', 'country', 'city', 'owner']),
  ).toEqual(['title']);
});
