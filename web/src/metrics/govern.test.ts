import { describe, expect, it } from 'vitest';
import type { Column, Result, Table } from '../api/types';
import { draftOf, monthBefore, readProposals, readSeals, readUses, readVersions, sealsSaid } from './govern';

const table = (names: string[], ...rows: Table['rows']): Table => ({
  key: [],
  columns: names.map((name): Column => ({ name, type: 'text', unit: name === 'value' ? 'EUR' : '' })),
  rows,
});
const result = (tables: Record<string, Table>): Result => ({ tables }) as unknown as Result;

const history = result({
  versions: table(
    ['version', 'state', 'value', 'data_version', 'changed_en', 'changed_ru'],
    [2, 'in_force', 20, 7, 'Owner', 'Владелец'],
    [5, 'replaced', 30, 3, '', ''],
  ),
  texts: table(['data_version', 'text'], [7, '[metric.x]\nversion     = 2\nnote = "old"\nowner = "sales"\n']),
});

describe('governed metrics', () => {
  it('begins a proposal with the definition in force, the next number and no note', () => {
    const versions = readVersions(history);
    expect(versions[0]).toMatchObject({
      value: 20,
      unit: 'EUR',
      changed: { en: 'Owner', ru: 'Владелец' },
    });
    expect(draftOf(versions)).toBe('[metric.x]\nversion     = 6\nowner = "sales"\n');
    expect(draftOf([])).toBe('');
  });

  it('tells who has approved and who is waited for', () => {
    const [one] = readProposals(
      result({
        proposals: table(
          ['proposal', 'state', 'approvals', 'waiting'],
          [3, 'proposed', '[{"department":"sales","who":"ann"}]', 'finance, board'],
        ),
      }),
    );
    expect(one).toMatchObject({
      id: 3,
      approvals: [{ department: 'sales', who: 'ann' }],
      waiting: ['finance', 'board'],
    });
  });

  it('keeps a seal without a number of now apart from one that has not moved', () => {
    const seals = readSeals(
      result({
        seals: table(
          ['metric', 'month', 'sealed', 'adjustment', 'now', 'unit'],
          ['x', '2026-10-01', 30.5, null, null, 'EUR'],
          ['x', '2026-09-01', 30.5, 0, 30.5, 'EUR'],
        ),
      }),
    );
    expect(seals.map((one) => one.adjustment)).toEqual([null, 0]);
    const warnings = [
      {
        code: 'sealed_adjusted',
        message: '',
        params: {
          metric: 'x',
          month: '2026-10-01',
          sealed: '30.5',
          adjustment: '-0.25',
          now: '30.25',
          unit: 'EUR',
        },
      },
      { code: 'sealed', message: '', params: { metric: 'y', month: '2026-10-01', sealed: '1' } },
      { code: 'left_out', message: '' },
    ];
    expect(sealsSaid(warnings, 'x')).toMatchObject([{ sealed: 30.5, adjustment: -0.25, now: 30.25 }]);
  });

  it('tells goals of one name in one line', () => {
    const uses = readUses(
      result({
        uses: table(
          ['kind', 'id', 'title_en', 'how_en'],
          ['goal', 'g1', 'Amount won', 'measured'],
          ['goal', 'g2', 'Amount won', 'measured'],
          ['page', 'pulse', 'Pulse', 'shown'],
        ),
      }),
    );
    expect(uses.map((one) => [one.id, one.times])).toEqual([
      ['g1', 2],
      ['pulse', 1],
    ]);
  });

  it('knows the month before', () => {
    expect(monthBefore('2026-01-15')).toBe('2025-12');
    expect(monthBefore('2026-11-30')).toBe('2026-10');
  });
});
