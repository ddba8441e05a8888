import { describe, expect, test } from 'vitest';
import type { Result, Table } from '../api/types';
import {
  backOf,
  groupsOf,
  ofState,
  readCauses,
  readRules,
  readScores,
  wasteOf,
  weakest,
  writerName,
} from './health';

const table = (names: string[], rows: Table['rows']): Table => ({
  key: [],
  columns: names.map((name) => ({ name, type: 'text', unit: '' })) as Table['columns'],
  rows,
});
const result = (tables: Record<string, Table>): Result => ({ tables }) as unknown as Result;

describe('scores', () => {
  const quality = result({
    scores: table(
      ['dimension', 'score', 'failing'],
      [
        ['all', 0.9, 12],
        ['completeness', 0.95, 4],
        ['freshness', 0.6, 8],
        ['uniqueness', null, 0],
      ],
    ),
  });

  test('have their past, and the weakest is the one with the least share', () => {
    const trend = result({
      trend: table(
        ['period', 'dimension', 'score'],
        [
          ['2026-05-31', 'all', 0.8],
          ['2026-05-31', 'freshness', 0.5],
          ['2026-06-30', 'all', 0.9],
          ['2026-06-30', 'freshness', null],
        ],
      ),
    });
    const scores = readScores(quality, trend);
    expect(scores.map((one) => one.past)).toEqual([[0.8, 0.9], [], [0.5, null], []]);
    expect(weakest(scores)?.dimension).toBe('freshness');
    expect(readScores(quality, undefined)[0]?.past).toEqual([]);
    expect(weakest([])).toBeUndefined();
  });
});

test('a rule that is not measured checks nothing', () => {
  const [rule] = readRules(
    result({
      rules: table(
        ['rule', 'title_en', 'title_ru', 'state', 'checked', 'score'],
        [['a', 'A', 'А', 'not_measured', null, null]],
      ),
    }),
  );
  expect(rule).toMatchObject({
    rule: 'a',
    title: { en: 'A', ru: 'А' },
    checked: 0,
    share: null,
    money: null,
  });
});

test('groups of one kind stand as the answer has them', () => {
  const quality = result({
    groups: table(
      ['kind', 'id', 'name', 'score', 'failing'],
      [
        ['team', 't1', 'North', 0.9, 1],
        ['team', 't2', 'South', 0.4, 9],
        ['team', 't3', '', null, 0],
        ['source', 's', 's', 0.1, 1],
      ],
    ),
  });
  expect(groupsOf(quality, 'team').map((one) => one.name)).toEqual(['North', 'South', 't3']);
});

test('a program is called by its way and its name', () => {
  const ways = { integration: 'Integration', person: 'People' };
  expect(writerName('integration: HubSpot: sync', ways)).toBe('Integration: HubSpot: sync');
  expect(writerName('person', ways)).toBe('People');
  expect(writerName('fax', ways)).toBe('fax');
});

test('only who spoils anything is a cause', () => {
  const again = result({
    causes: table(
      ['way', 'writer', 'came_back', 'share', 'dirtied', 'flips', 'exposed'],
      [
        ['person', 'Ann', 2, 0.5, 3, 0, '10.00'],
        ['person', 'Ops', 0, 0, 0, 0, null],
        ['api', null, 0, 0, 0, 1, null],
      ],
    ),
    fields: table(
      ['fixed', 'came_back'],
      [
        [10, 1],
        [5, 3],
      ],
    ),
  });
  expect(readCauses(again).map((one) => one.writer)).toEqual(['Ann', '']);
  expect(readCauses(again)[0]?.money).toBe(10);
  expect(backOf(again)).toEqual({ fixed: 15, back: 4 });
});

test('what is typed for nothing is wasted, and what nobody reads is useless', () => {
  const fields = table(
    ['state', 'minutes'],
    [
      ['typed_for_nothing', 30],
      ['used', 90],
      ['never_filled', 0],
      ['almost_always_same', 0],
    ],
  );
  expect(wasteOf(result({ fields }))).toEqual({ minutes: 30, useless: 2 });
  expect(ofState(fields, 'used').rows).toEqual([['used', 90]]);
  expect(ofState(fields, '')).toBe(fields);
});
