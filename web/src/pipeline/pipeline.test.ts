import { describe, expect, it } from 'vitest';
import type { Cell, Table } from '../api/types';
import {
  arranged,
  closeDays,
  countReasons,
  largest,
  readChanges,
  readParts,
  readReasons,
  readSaid,
  readWaterfall,
  rowsWith,
  scopeOf,
  toneOf,
} from './pipeline';

const table = (key: string, names: string[], rows: Cell[][]): Table => ({
  key: [key],
  columns: names.map((name) => ({ name, type: 'text', unit: '' })),
  rows,
  total_rows: rows.length,
});

describe('closeDays', () => {
  it('takes the whole month or quarter, also what of it lies ahead', () => {
    expect(closeDays('this_month', '2026-02-10', 1)).toEqual({ from: '2026-02-01', to: '2026-02-28' });
    expect(closeDays('next_month', '2026-12-31', 1)).toEqual({ from: '2027-01-01', to: '2027-01-31' });
    expect(closeDays('this_quarter', '2026-07-01', 1)).toEqual({ from: '2026-07-01', to: '2026-09-30' });
    expect(closeDays('next_quarter', '2026-11-30', 1)).toEqual({ from: '2027-01-01', to: '2027-03-31' });
  });
  it('follows a fiscal year that begins in February', () => {
    expect(closeDays('this_quarter', '2026-01-31', 2)).toEqual({ from: '2025-11-01', to: '2026-01-31' });
    expect(closeDays('next_quarter', '2026-01-31', 2)).toEqual({ from: '2026-02-01', to: '2026-04-30' });
  });
});

describe('the waterfall', () => {
  const shape = readWaterfall(
    table(
      'part',
      ['part', 'title_en', 'title_ru', 'amount', 'deals', 'day'],
      [
        ['start', 'Start', 'Начало', 100, 4, '2026-06-30'],
        ['created', 'Created', 'Создано', 30, 2, null],
        ['reopened', 'Reopened', 'Открыто заново', 0, 0, null],
        ['amount_up', 'Up', 'Выросло', 0, 1, null],
        ['won', 'Won', 'Выиграно', -50, 1, null],
        ['end', 'End', 'Конец', 80, 5, '2026-08-20'],
      ],
    ),
  );
  it('leaves out parts in which nothing happened and ends where the end says', () => {
    expect(shape.steps.map((step) => [step.part, step.from, step.to])).toEqual([
      ['start', 0, 100],
      ['created', 100, 130],
      ['amount_up', 130, 130],
      ['won', 130, 80],
      ['end', 0, 80],
    ]);
  });
  it('names what moved most', () => {
    expect(largest(shape, 2).map((step) => step.part)).toEqual(['won', 'created']);
    expect(largest(shape, 9)).toHaveLength(2);
  });
  it('takes what was won for good, though it leaves the pipeline', () => {
    expect(['won', 'lost', 'pushed_out', 'exchange_rate'].map(toneOf)).toEqual([
      'good',
      'bad',
      'caution',
      'plain',
    ]);
  });
});

describe('rows', () => {
  const deals = table(
    'deal_id',
    ['deal_id', 'part', 'old'],
    [
      ['1', 'won', 'a'],
      ['2', 'lost', null],
    ],
  );
  it('are those of one part, and counted anew', () => {
    expect(rowsWith(deals, 'part', 'lost')).toMatchObject({ rows: [['2', 'lost', null]], total_rows: 1 });
    expect(rowsWith(deals, 'part', '')).toBe(deals);
  });
  it('keep their cells under their columns when these change places', () => {
    const moved = arranged(deals, ['old', 'nowhere', 'deal_id']);
    expect(moved.columns.map((one) => one.name)).toEqual(['old', 'deal_id', 'part']);
    expect(moved.rows).toEqual([
      ['a', '1', 'won'],
      [null, '2', 'lost'],
    ]);
  });
});

describe('readSaid', () => {
  it('tells money and days from words', () => {
    expect(readSaid('133121.88 USD')).toEqual({ kind: 'money', amount: 133121.88, currency: 'USD' });
    expect(readSaid('-5 EUR')).toMatchObject({ kind: 'money', amount: -5 });
    expect(readSaid('2026-08-15')).toEqual({ kind: 'day', text: '2026-08-15' });
    expect(readSaid('Plan B 12 USD')).toEqual({ kind: 'text', text: 'Plan B 12 USD' });
    expect(readSaid(null)).toBeUndefined();
  });
});

describe('what speaks against deals', () => {
  const reasons = readReasons(
    table(
      'deal_id',
      ['deal_id', 'reason', 'points', 'text_en', 'text_ru'],
      [
        ['1', 'silent', 10, 'silent', 'тишина'],
        ['1', 'past_close', 25, 'late', 'просрочена'],
        ['2', 'silent', 20, 'silent', 'тишина'],
      ],
    ),
  );
  it('is told by deal, the weightiest first, and counted by reason', () => {
    expect(reasons.get('1')?.map((one) => one.reason)).toEqual(['past_close', 'silent']);
    expect(countReasons(reasons)).toEqual([
      ['silent', 2],
      ['past_close', 1],
    ]);
  });
  it('is beside what changed', () => {
    const changes = readChanges(
      table(
        'deal_id',
        ['deal_id', 'field', 'old', 'new', 'changed_at', 'changed_by'],
        [['1', 'amount', '10 EUR', '20 EUR', '2026-08-19T07:16:30Z', 'Ann']],
      ),
    );
    expect(changes.get('1')).toMatchObject([{ field: 'amount', new: { amount: 20 }, by: 'Ann' }]);
    expect(changes.get('2')).toBeUndefined();
  });
});

describe('readParts', () => {
  const parts = table(
    'part',
    ['scope', 'part', 'title_en', 'title_ru', 'before', 'now', 'adds'],
    [
      ['North', 'win_rate', 'Win rate', 'Доля', 0.3, 0.2, -4],
      ['South', 'win_rate', 'Win rate', 'Доля', 0.3, 0.4, 7],
    ],
  );
  const titles = { before: { en: 'Before', ru: 'Прежде' }, now: { en: 'Now', ru: 'Теперь' } };
  it('goes from before to now by the parts of one scope', () => {
    const shape = readParts(parts, 'North', { before: 10, now: 6 }, titles);
    expect(shape?.steps.map((step) => step.to)).toEqual([10, 6, 6]);
  });
  it('says nothing where there is no velocity on one side', () => {
    expect(readParts(parts, 'North', { before: null, now: 6 }, titles)).toBeUndefined();
  });
});

it('an analysis is asked only with what it knows and what is chosen', () => {
  const address = new URLSearchParams('owner=Ann&category=commit&close_to=');
  expect(scopeOf(address, ['owner', 'close_to'])).toEqual({ owner: 'Ann' });
});
