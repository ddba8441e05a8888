import { describe, expect, test } from 'vitest';

import type { Result, Table } from '../api/types';
import { readTieOut, tieOutParams } from './tieOut';

const table = (columns: string[], rows: Table['rows']): Table =>
  ({ key: [], columns: columns.map((name) => ({ name, type: 'text', unit: '' })), rows }) as unknown as Table;

const columns = [
  'position',
  'is_match',
  'why_en',
  'why_ru',
  'value',
  'difference',
  'unit',
  'chance',
  'row_count',
];
const asked = ['metric', 'from', 'to', 'where', 'as_of', 'known_at', 'with_excluded', 'is_askable'];

function resultOf(answers: Table['rows']): Result {
  return {
    tables: {
      figure: table(['verdict', 'said_en', 'said_ru'], [['match', 'So it is.', 'Так и есть.']]),
      answers: table([...columns, ...asked], answers),
      rows: table(
        ['position', 'table', 'id', 'name', 'value', 'why_en', 'why_ru'],
        [[1, 'deal', 'd1', '', '5', 'not there', 'там нет']],
      ),
    },
  } as unknown as Result;
}

describe('a tie-out', () => {
  test('links to the question that gives the figure', () => {
    const found = readTieOut(
      resultOf([
        [
          1,
          true,
          'a',
          'б',
          '12',
          '0',
          'EUR',
          '0.001',
          3,
          'won_amount',
          '2026-01-01',
          '2026-03-31',
          "team = 'A'",
          null,
          null,
          true,
          true,
        ],
        [
          2,
          false,
          'c',
          'д',
          '13',
          '-1',
          'EUR',
          null,
          4,
          'won_amount',
          null,
          null,
          '',
          null,
          null,
          false,
          true,
        ],
        [3, true, 'e', 'ж', '12', '0', 'EUR', '0', 4, 'won_amount', null, null, '', null, null, false, false],
      ]),
    )!;
    expect(found.said.ru).toBe('Так и есть.');
    expect(found.answers.map((one) => one.link)).toEqual([
      {
        metric: 'won_amount',
        query: {
          grain: 'none',
          from: '2026-01-01',
          to: '2026-03-31',
          where: "team = 'A'",
          with_excluded: 'true',
        },
      },
      { metric: 'won_amount', query: { grain: 'none', period: 'all' } },
      undefined,
    ]);
    expect(found.answers.map((one) => one.chance)).toEqual([0.001, null, 0]);
    expect(found.rows[0]!.name).toBe('d1');
  });

  test('asks nothing before a figure is typed', () => {
    expect(tieOutParams('  ', 'won_amount', {})).toBeUndefined();
    expect(tieOutParams(' 12 ', 'won_amount', { from: '2026-01-01' })).toEqual({
      figure: '12',
      metric: 'won_amount',
      from: '2026-01-01',
    });
  });
});
