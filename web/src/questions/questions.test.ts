import { describe, expect, it } from 'vitest';

import type { Result, Table } from '../api/types';
import { linkOf, paramsOf, readAnswer, readCauses, unitIn } from './questions';

const tableOf = (...rows: Record<string, unknown>[]): Table =>
  ({
    key: [],
    columns: Object.keys(rows[0] ?? {}).map((name) => ({ name, type: 'text', unit: '' })),
    rows: rows.map((row) => Object.values(row)),
  }) as unknown as Table;

const bar = { from: '2026-10-01', to: '2026-10-31', team: 'EMEA' };

describe('questions', () => {
  it('take the days of the filter bar only where they are chosen', () => {
    expect(paramsOf('why', new URLSearchParams(), bar)).toEqual({ team: 'EMEA' });
    expect(paramsOf('why', new URLSearchParams('of=year&against=year_ago'), bar)).toEqual({
      team: 'EMEA',
      period: 'year',
      against: 'year_ago',
    });
    expect(paramsOf('lose', new URLSearchParams('of=bar'), bar)).toEqual(bar);
    expect(paramsOf('quarter', new URLSearchParams('of=bar&against=year_ago'), bar)).toEqual({
      team: 'EMEA',
    });
  });

  it('are answered by a sentence with its steps', () => {
    const words = { text_en: 'yes', text_ru: 'да' };
    const tables = {
      answer: tableOf({ question: 'why', state: 'answered', ...words }),
      steps: tableOf({ position: 1, code: 'causes', ...words, figures: 'causes' }),
      unknown: tableOf({ code: 'chance', ...words }),
      next: tableOf({ position: 1, ...words, page: '/questions/lose' }),
    };
    expect(readAnswer({ tables } as unknown as Result)).toEqual({
      state: 'answered',
      text: { en: 'yes', ru: 'да' },
      steps: [{ code: 'causes', text: { en: 'yes', ru: 'да' }, table: 'causes' }],
      unknown: [{ code: 'chance', text: { en: 'yes', ru: 'да' } }],
      next: [{ text: { en: 'yes', ru: 'да' }, page: '/questions/lose' }],
    });
  });

  it('draw causes from the start to the end', () => {
    const shape = readCauses(
      tableOf(
        { cause: 'start', kind: 'start', title_en: 'a', title_ru: 'а', effect: '300' },
        { cause: 'size', kind: 'part', title_en: 'b', title_ru: 'б', effect: '-180' },
        { cause: 'end', kind: 'end', title_en: 'c', title_ru: 'в', effect: '120' },
      ),
    );
    expect(shape.steps.map((step) => [step.from, step.to])).toEqual([
      [0, 300],
      [300, 120],
      [0, 120],
    ]);
    expect(shape.high).toBe(300);
  });

  it('know the unit of a cell by its row, and the parts of a link', () => {
    const table = tableOf({ before: '0.5', unit: 'share' });
    expect(unitIn(table, 'before', table.rows[0]!)).toBe('share');
    expect(unitIn(table, 'effect', table.rows[0]!)).toBeUndefined();
    expect(linkOf('/leaks?rule=stuck_deal')).toEqual({
      path: '/leaks',
      query: { rule: 'stuck_deal' },
    });
  });
});
