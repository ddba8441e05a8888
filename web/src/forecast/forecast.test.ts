import { describe, expect, it } from 'vitest';
import type { Cell, Result, Table } from '../api/types';
import {
  bridgeOf,
  leversOf,
  readBins,
  readDistribution,
  readMisses,
  readMoves,
  readOutlook,
  readParts,
  rivalsAt,
  treeLines,
  unfolded,
  weeksOf,
} from './forecast';
import { isMoved, readQuarters, readSensitivity, readSteps, scenarioParams } from './scenario';
import { flowOf, readTree } from './tree';

const table = (names: string[], rows: Cell[][]): Table => ({
  key: [names[0]!],
  columns: names.map((name) => ({ name, type: 'text', unit: '' })),
  rows,
});
const answer = (tables: Record<string, Table>): Result => ({ tables }) as Result;
const both = (words: string): { en: string; ru: string } => ({ en: words, ru: words });

describe('the outlook', () => {
  it('is the one row of the answer; what is not known stays unknown', () => {
    const result = answer({
      forecast: table(
        ['first_day', 'last_day', 'won', 'p10', 'p50', 'p90', 'target', 'target_probability'],
        [['2026-07-01', '2026-09-30', 10, 20, 30, 40, null, null]],
      ),
    });
    expect(readOutlook(result)).toMatchObject({ won: 10, p50: 30, target: null, chance: null, open: null });
    expect(readOutlook(answer({ forecast: table(['won'], []) }))).toBeUndefined();
    expect(readOutlook(undefined)).toBeUndefined();
  });
  it('has a distribution without gaps', () => {
    const points = readDistribution(
      table(
        ['share', 'amount'],
        [
          [0.1, 5],
          [0.5, null],
          [0.9, 9],
        ],
      ),
    );
    expect(points).toEqual([
      { share: 0.1, amount: 5 },
      { share: 0.9, amount: 9 },
    ]);
  });
});

describe('why it moved', () => {
  const titles = { before: both('Then'), after: both('Now') };
  it('goes from what was to what is, without lines in which nothing happened', () => {
    const shape = readMoves(
      table(
        ['kind', 'title_en', 'title_ru', 'amount', 'deals'],
        [
          ['before', 'x', 'x', 100, null],
          ['won', 'Won', 'Выиграно', 20, 2],
          ['stage', 'Stage', 'Этап', 0, 0],
          ['lost', 'Lost', 'Проиграно', -50, 1],
          ['after', 'x', 'x', 70, null],
        ],
      ),
      titles,
    );
    expect(shape?.steps.map((step) => [step.part, step.to])).toEqual([
      ['before', 100],
      ['won', 120],
      ['lost', 70],
      ['after', 70],
    ]);
    expect(shape?.steps[0]?.title.en).toBe('Then');
  });
  it('is not told where there was no forecast', () => {
    expect(readMoves(table(['kind', 'amount'], [['after', 70]]), titles)).toBeUndefined();
    expect(bridgeOf({ title: both('a'), value: 1 }, [], undefined)).toBeUndefined();
  });
});

it('whoever brings in most comes first', () => {
  const parts = readParts(
    table(
      ['by', 'name', 'won', 'open'],
      [
        ['owner', 'Ann', 1, 2],
        ['team', 'North', 50, 0],
        ['owner', 'Bo', 9, 0],
      ],
    ),
    'owner',
  );
  expect(parts.map((part) => part.name)).toEqual(['Bo', 'Ann']);
});

describe('the back-test', () => {
  const misses = readMisses(
    table(
      ['method', 'week', 'periods', 'wape'],
      [
        ['linear', 5, 8, 0.4],
        ['weir', 5, 8, 0.2],
        ['last_period', 5, 8, 0.3],
        ['weir', 1, 8, null],
      ],
    ),
  );
  it('compares ours with the best of the others', () => {
    expect(weeksOf(misses)).toEqual([1, 5]);
    const { ours, best } = rivalsAt(misses, 5);
    expect([ours?.wape, best?.method]).toEqual([0.2, 'last_period']);
  });
  it('has nothing to compare where nothing is known', () => {
    expect(rivalsAt(misses, 1)).toEqual({ ours: undefined, best: undefined });
  });
  it('leaves out groups of deals of which nothing came yet', () => {
    expect(
      readBins(
        table(
          ['said', 'came', 'deals'],
          [
            [0.1, 0.2, 4],
            [0.9, null, 0],
          ],
        ),
      ),
    ).toHaveLength(1);
  });
});

describe('a tree', () => {
  const lines = treeLines(
    [
      { id: 'all', parent: '' },
      { id: 'north', parent: 'all' },
      { id: 'ann', parent: 'north' },
      { id: 'south', parent: 'all' },
    ],
    (row) => row,
  );
  it('knows how deep each line is, and which have lines under them', () => {
    expect(lines.map((line) => [line.depth, line.hasChildren])).toEqual([
      [0, true],
      [1, true],
      [2, false],
      [1, false],
    ]);
  });
  it('hides all that is under a folded line', () => {
    expect(unfolded(lines, new Set(['north'])).map((line) => line.id)).toEqual(['all', 'north', 'south']);
    expect(unfolded(lines, new Set(['all'])).map((line) => line.id)).toEqual(['all']);
  });
});

describe('the tree of forecasts', () => {
  const names = ['month', 'node', 'parent', 'title_en', 'title_ru', 'department', 'reconciled', 'p10', 'p90'];
  const tree = readTree(
    table(names, [
      ['2026-11-01', 'new', 'bookings', 'New', 'Новые', 'sales', 4, 3, 5],
      ['2026-10-01', 'bookings', '', 'Bookings', 'Продажи', 'sales', 9, 8, 11],
      ['2026-10-01', 'new', 'bookings', 'New', 'Новые', 'sales', 6, 5, 7],
    ]),
  );
  it('has months in order and parents before what is under them', () => {
    expect(tree.months).toEqual(['2026-10-01', '2026-11-01']);
    expect(tree.lines.map((line) => [line.id, line.depth])).toEqual([
      ['bookings', 0],
      ['new', 1],
    ]);
  });
  it('goes on from what was', () => {
    const history = table(
      ['month', 'node', 'amount'],
      [
        ['2026-09-01', 'new', 7],
        ['2026-08-01', 'new', 8],
        ['2026-09-01', 'bookings', 1],
      ],
    );
    expect(flowOf(tree, history, 'new').map((point) => [point.month, point.past, point.middle])).toEqual([
      ['2026-08-01', 8, null],
      ['2026-09-01', 7, null],
      ['2026-10-01', null, 6],
      ['2026-11-01', null, 4],
    ]);
  });
});

describe('a scenario', () => {
  it('is what the address moves', () => {
    const address = new URLSearchParams('win_rate=10&cycle=0&hires=2026-10:2&team=x');
    expect(scenarioParams(address)).toEqual({ win_rate: '10', cycle: '0', hires: '2026-10:2' });
    expect(leversOf(address)).toEqual({ win_rate: 10, cycle: 0, volume: 0, price: 0 });
    expect(isMoved(address)).toBe(true);
    expect(isMoved(new URLSearchParams('cycle=0&of=year'))).toBe(false);
  });
  it('ranks levers by what they do either way', () => {
    const ranked = readSensitivity(
      table(
        ['lever', 'less_change', 'more_change'],
        [
          ['price', -5, 5],
          ['cycle', 9, -2],
        ],
      ),
    );
    expect(ranked.map((one) => one.key)).toEqual(['cycle', 'price']);
  });
  it('adds up by its levers, quarter by quarter', () => {
    const steps = table(
      ['step', 'title_en', 'title_ru', 'amount'],
      [
        ['base', '', '', 10],
        ['price', 'Amounts', 'Суммы', 3],
        ['scenario', '', '', 13],
      ],
    );
    const shape = readSteps(steps, { start: both('a'), end: both('b') });
    expect(shape?.steps.map((step) => step.to)).toEqual([10, 13, 13]);
    const [quarter] = readQuarters(
      answer({
        scenario: table(['first_day', 'base_p50', 'p50', 'target'], [['2026-07-01', 10, 13, null]]),
      }),
    );
    expect([quarter?.base.p50, quarter?.scenario.p50, quarter?.target]).toEqual([10, 13, null]);
  });
});
