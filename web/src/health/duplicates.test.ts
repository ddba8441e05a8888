import { describe, expect, it } from 'vitest';
import type { Cell, Result, Table } from '../api/types';
import { kDuplicates } from '../i18n/duplicates';
import {
  countStates,
  nearly,
  readCalibration,
  neighbour,
  readEffects,
  readFields,
  readPairs,
  readWeights,
  sourcesToMerge,
  toDecide,
  withLater,
} from './duplicates';

function table(names: string[], rows: Cell[][]): Table {
  return {
    key: [],
    columns: names.map((name) => ({ name, type: 'text', unit: '', title: { en: name, ru: name } })),
    rows,
  } as unknown as Table;
}
const result = (tables: Record<string, Table>): Result => ({ tables }) as unknown as Result;

const queue = table(
  [
    'entity',
    'state',
    'id_a',
    'id_b',
    'name_a',
    'name_b',
    'source_a',
    'probability',
    'shared',
    'affected',
    'in_source',
  ],
  [
    ['account', 'review', 'crm:1', 'crm:2', 'Alpha', null, 'crm', 0.41, 'name, country', 2000, false],
    ['account', 'certain', 'crm:3', 'crm:4', 'Gamma', 'GAMMA', 'crm', null, null, 1300, true],
    ['person', 'linked', 'erp:5', 'erp:6', 'Ann', 'Ann', 'erp', 0.98, 'email', 0, true],
  ],
);

describe('the queue of duplicates', () => {
  const pairs = readPairs(queue);

  it('is read with what agrees; what has no name is called by its id', () => {
    expect(pairs.map((one) => one.names[1])).toEqual(['crm:2', 'GAMMA', 'Ann']);
    expect(pairs[0]?.shared).toEqual(['name', 'country']);
    expect(pairs[1]?.shared).toEqual([]);
    expect(pairs[1]?.probability).toBeNull();
  });

  it('decides on the marked pairs, and on the chosen one where none is marked', () => {
    const [first, second, third] = pairs.map((one) => one.key) as [string, string, string];
    const keys = (marked: string[], at = pairs[0]): string[] =>
      toDecide(pairs, marked, at).map((one) => one.key);
    expect(keys([third, second])).toEqual([second, third]);
    expect(keys([])).toEqual([first]);
    expect(toDecide(pairs, [], undefined)).toEqual([]);
    const decided = pairs.map((one, i) => (i === 1 ? { ...one, state: 'decided' } : one));
    expect(toDecide(decided, [second], decided[0])).toEqual([]);
    expect(toDecide(decided, [], decided[1])).toEqual([]);
  });

  it('puts off what is for later, and moves within its ends', () => {
    const later = withLater(pairs, [pairs[0]!.key]);
    expect(later.map((one) => one.names[0])).toEqual(['Gamma', 'Ann', 'Alpha']);
    expect(neighbour(pairs, '', 1)).toBe(pairs[0]);
    expect(neighbour(pairs, pairs[0]!.key, 1)).toBe(pairs[1]);
    expect(neighbour(pairs, pairs[0]!.key, -1)).toBe(pairs[0]);
    expect(neighbour(pairs, pairs[2]!.key, 1)).toBe(pairs[2]);
    expect(neighbour([], '', 1)).toBeUndefined();
  });

  it('knows which sources have something to merge', () => {
    expect(sourcesToMerge(queue)).toEqual(['crm', 'erp']);
  });

  it('counts companies and people of a state together', () => {
    const states = table(
      ['entity', 'state', 'pairs', 'affected'],
      [
        ['account', 'review', 2, 100],
        ['person', 'review', 1, 20],
        ['person', 'decided', 4, 0],
      ],
    );
    const counts = countStates(result({ states }));
    expect(counts.get('review')).toEqual({ pairs: 3, affected: 120 });
    expect(counts.get('decided')?.pairs).toBe(4);
  });
});

describe('what decisions say of the probabilities', () => {
  it('is of companies and people together', () => {
    const calibration = table(
      ['entity', 'decided', 'same', 'state'],
      [
        ['account', 41, 35, 'drawn'],
        ['person', 3, 3, 'unchecked'],
      ],
    );
    expect(readCalibration(result({ calibration }))).toEqual({ state: 'drawn', pairs: 44 });
    expect(readCalibration(result({}))).toBeUndefined();
  });
});

describe('a pair side by side', () => {
  it('has a bar for each field from what was known before', () => {
    const weights = table(
      ['field', 'level', 'weight', 'total', 'probability'],
      [
        ['prior', null, -10, -10, 0.001],
        ['name', 'the same name', 13, 3, 0.89],
        ['country', 'different', -3, 0, 0.5],
      ],
    );
    const read = readWeights(result({ weights }));
    expect(read.even).toBeCloseTo((10 / 13) * 100);
    expect(read.steps.map((one) => [Math.round(one.left), Math.round(one.width)])).toEqual([
      [0, 77],
      [0, 100],
      [77, 23],
    ]);
    expect(readWeights(result({})).steps).toEqual([]);
  });

  it('says what would stay', () => {
    const fields = table(
      ['field', 'value_a', 'value_b', 'survives', 'origin', 'decided_by', 'agrees'],
      [['industry', 'Trade', 'Retail', 'Retail', 'crm:2', 'most_recent', false]],
    );
    expect(readFields(result({ fields }))).toEqual([
      {
        field: 'industry',
        values: ['Trade', 'Retail'],
        survives: 'Retail',
        origin: 'crm:2',
        decidedBy: 'most_recent',
        agrees: false,
      },
    ]);
  });
});

describe('a share', () => {
  const say = (share: number): string => `${Math.round(share * 1000) / 10} %`;
  it('that is not all is not said to be all', () => {
    expect(nearly(0.99999, say)).toBe('> 99.9 %');
    expect(nearly(0.00001, say)).toBe('< 0.1 %');
    expect(nearly(1, say)).toBe('100 %');
    expect(nearly(0.5, say)).toBe('50 %');
  });
});

describe('what merging does', () => {
  it('has no pipeline for people', () => {
    const effect = table(
      ['entity', 'step', 'pairs', 'records_before', 'records_after', 'pipeline_before', 'pipeline_after'],
      [
        ['account', 'known', 2, 6, 6, 3500, 3000],
        ['person', 'known', 0, 9, 9, null, null],
      ],
    );
    const [companies, people] = readEffects(result({ effect }));
    expect(companies?.pipeline).toEqual([3500, 3000]);
    expect(people?.pipeline).toBeUndefined();
    expect(people?.records).toEqual([9, 9]);
  });
});

describe('the words', () => {
  it('agree with their numbers', () => {
    expect(kDuplicates.en.lead(1, '5 €')).toContain('1 pair waits');
    expect(kDuplicates.ru.lead(5, '5 €')).toContain('5 пар ждут');
    expect(kDuplicates.ru.lead(2, '5 €')).toContain('2 пары ждут');
  });
});
