import { describe, expect, it } from 'vitest';
import type { Cell, Result, Table } from '../api/types';
import { placing, readStages } from './stages';

const table = (key: string[], columns: string[], rows: Cell[][]): Table =>
  ({ key, columns: columns.map((name) => ({ name, type: 'text' })), rows }) as unknown as Table;

const result = {
  tables: {
    stages: table(
      ['of', 'source', 'pipeline', 'stage', 'status', 'type'],
      [
        'of',
        'source',
        'pipeline',
        'stage',
        'status',
        'type',
        'rows',
        'step',
        'place',
        'decision_id',
        'is_new',
      ],
      [
        ['deal', 'crm', 'Sales', 'Waiting', 'open', '', 3, null, null, null, true],
        ['lead', 'crm', '', 'New', '', '', 5, 'lead', 'catalog/lifecycle.toml:10', null, false],
        ['deal', 'crm', 'Sales', 'Demo', 'open', '', 2, 'opportunity', 'decision 4', 4, false],
        ['deal', 'crm', '', 'Won', 'won', 'renewal', 1, 'renewed', 'catalog/lifecycle.toml:20', null, false],
      ],
    ),
    steps: table(
      ['step', 'of'],
      ['step', 'of', 'rows'],
      [
        ['', 'deal', 3],
        ['lead', 'lead', 5],
      ],
    ),
    notices: table(
      ['position'],
      ['position', 'code', 'en', 'ru'],
      [
        [1, 'stage_appeared', 'Waiting is new', 'Новый этап'],
        [2, 'stages_unmapped', 'One is unmapped', 'Один не отнесён'],
      ],
    ),
  },
} as unknown as Result;

describe('stages', () => {
  it('stand by their step, unmapped ones by themselves', () => {
    const stages = readStages(result);
    expect(stages.unmapped.map((one) => one.name)).toEqual(['Waiting']);
    expect([...stages.mapped.keys()]).toEqual(['lead', 'opportunity', 'renewed']);
    expect(stages.mapped.get('opportunity')![0]!.decision).toBe(4);
    expect(stages.sums.get('lead')).toEqual([{ step: 'lead', of: 'lead', rows: 5 }]);
  });

  it('tell what is new, not how many there are', () => {
    expect(readStages(result).notices).toEqual([{ en: 'Waiting is new', ru: 'Новый этап' }]);
  });

  it('are named to the action without what does not apply', () => {
    const stages = readStages(result);
    expect(placing(stages.mapped.get('lead')![0]!, 'qualified')).toEqual({
      stage: 'New',
      step: 'qualified',
      of: 'lead',
      source: 'crm',
    });
    expect(placing(stages.mapped.get('renewed')![0]!, 'customer')).toMatchObject({
      status: 'won',
      type: 'renewal',
    });
  });
});
