import { describe, expect, test } from 'vitest';
import type { Result } from '../api/types';
import { changeOf, filtered, readPeople } from './people';

const columns = [
  'member_id',
  'name',
  'email',
  'title',
  'department',
  'department_origin',
  'department_certainty',
  'function',
  'function_origin',
  'function_why_en',
  'is_active',
  'is_seller',
  'ended_on',
  'ended_origin',
];
const result = {
  tables: {
    people: {
      key: ['member_id'],
      columns: columns.map((name) => ({ name, type: 'text' })),
      rows: [
        [
          '1',
          'Ann',
          'ann@we.example',
          'AE',
          'sales',
          'source',
          'high',
          'seller',
          'guess',
          'title “AE”',
          true,
          true,
          null,
          null,
        ],
        ['2', 'Bo', null, null, null, null, null, null, null, null, true, false, null, null],
        [
          '3',
          'Cy',
          null,
          null,
          'finance',
          'decision',
          null,
          'finance',
          'decision',
          null,
          false,
          false,
          '2026-01-31',
          'source',
        ],
      ],
    },
    functions: {
      key: ['code'],
      columns: ['code', 'title_en', 'title_ru'].map((name) => ({ name, type: 'text' })),
      rows: [['seller', 'Seller', 'Продавец']],
    },
  },
} as unknown as Result;
const filter = { text: '', department: '', function: '', state: 'all' as const, onlyGuessed: false };
const names = (people: { name: string }[]): string => people.map((member) => member.name).join(' ');

describe('people', () => {
  const people = readPeople(result);

  test('each value says where it is known from', () => {
    expect(people.members[0]!.values.function).toEqual({
      text: 'seller',
      origin: 'guess',
      certainty: '',
      why: { en: 'title “AE”', ru: '' },
    });
    expect(people.members[2]!.values.ended_on).toMatchObject({ text: '2026-01-31', origin: 'source' });
    expect(people.functions[0]!.titles.ru).toBe('Продавец');
  });

  test('filters by all that is asked for', () => {
    expect(names(filtered(people.members, filter))).toBe('Ann Bo Cy');
    expect(names(filtered(people.members, { ...filter, state: 'active' }))).toBe('Ann Bo');
    expect(names(filtered(people.members, { ...filter, department: '-' }))).toBe('Bo');
    expect(names(filtered(people.members, { ...filter, onlyGuessed: true }))).toBe('Ann Bo');
    expect(names(filtered(people.members, { ...filter, text: 'ANN@' }))).toBe('Ann');
    expect(names(filtered(people.members, { ...filter, function: 'finance' }))).toBe('Cy');
  });

  test('a change names a value and its day; an empty value gives the word back', () => {
    expect(changeOf(['1', '2'], 'function', 'seller', '2026-03-01')).toEqual({
      members: ['1', '2'],
      function: 'seller',
      from: '2026-03-01',
    });
    expect(changeOf(['1'], 'team', '', '')).toEqual({ members: ['1'], back: ['team'] });
    expect(changeOf(['1'], 'ended_on', '2026-03-01', '2026-01-01')).toEqual({
      members: ['1'],
      ended_on: '2026-03-01',
    });
  });
});
