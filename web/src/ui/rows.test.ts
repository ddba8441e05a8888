import { describe, expect, it } from 'vitest';
import type { Column } from '../api/types';
import { nextSort, sortRows, widthOf, windowOf } from './rows';

const name: Column = { name: 'name', type: 'text', unit: '' };
const amount: Column = { name: 'amount', type: 'money', unit: 'EUR' };
const collator = new Intl.Collator('en', { numeric: true });

describe('windowOf', () => {
  it('holds what is in view and a little more', () => {
    expect(windowOf(0, 330, 33, 1_000_000)).toEqual({ from: 0, to: 18 });
    expect(windowOf(33_000, 330, 33, 1_000_000)).toEqual({ from: 992, to: 1018 });
  });

  it('never leaves the rows', () => {
    expect(windowOf(99_999, 330, 33, 5)).toEqual({ from: 5, to: 5 });
    expect(windowOf(0, 330, 33, 0)).toEqual({ from: 0, to: 0 });
  });
});

describe('sortRows', () => {
  it('puts missing values last both ways', () => {
    const rows = [
      ['b', 2],
      ['a', null],
      ['c', 10],
    ];
    const sorted = (isDescending: boolean) =>
      sortRows(rows, [name, amount], { column: 'amount', isDescending }, collator).map((row) => row[0]);
    expect(sorted(false)).toEqual(['b', 'c', 'a']);
    expect(sorted(true)).toEqual(['c', 'b', 'a']);
  });

  it('sorts text as people count', () => {
    const rows = [['deal 10'], ['deal 9']];
    expect(sortRows(rows, [name], { column: 'name', isDescending: false }, collator)).toEqual([
      ['deal 9'],
      ['deal 10'],
    ]);
  });
});

describe('nextSort', () => {
  it('goes round: the useful way, the other way, as it came', () => {
    const first = nextSort(undefined, amount);
    expect(first).toEqual({ column: 'amount', isDescending: true });
    const second = nextSort(first, amount);
    expect(second).toEqual({ column: 'amount', isDescending: false });
    expect(nextSort(second, amount)).toBeUndefined();
    expect(nextSort(undefined, name)).toEqual({ column: 'name', isDescending: false });
  });
});

describe('widthOf', () => {
  it('stays between its bounds', () => {
    expect(widthOf('Id', ['1'])).toBe(76);
    expect(widthOf('Raw', ['x'.repeat(500)])).toBe(340);
  });

  it('leaves figures the room that they take', () => {
    expect(widthOf('Won', ['€624,780'])).toBeGreaterThanOrEqual(90);
    expect(widthOf('Won', ['€624,780'])).toBeGreaterThan(widthOf('Won', ['somebody']));
  });
});
