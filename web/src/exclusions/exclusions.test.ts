import { describe, expect, it } from 'vitest';
import type { Result, Table } from '../api/types';
import { inOrder, isChanged, leftOut, readEffects, readRules } from './exclusions';

const table = (names: string[], ...rows: Table['rows']): Table => ({
  key: [],
  columns: names.map((name) => ({ name, type: 'text', unit: '' })),
  rows,
});
const result = (tables: Record<string, Table>): Result => ({ tables }) as unknown as Result;

describe('exclusions', () => {
  it('reads rules with what each leaves out', () => {
    const [rule] = readRules(
      result({
        rules: table(
          ['rule', 'name', 'entity', 'condition', 'state', 'named', 'with_them', 'decision_id', 'problem'],
          ['1', 'Test', 'account', "name = 'Test'", 'on', 2, 3, 7, null],
        ),
      }),
    );
    expect(rule).toMatchObject({ id: '1', named: 2, withThem: 3, decision: 7, problem: { en: '', ru: '' } });
  });

  it('puts the effect of each rule with its number, and tells what is changed', () => {
    const effects = readEffects(
      result({
        effect: table(
          ['metric', 'title_en', 'title_ru', 'unit', 'currency', 'value', 'without_rules', 'effect'],
          ['deals_won', 'Won', 'Выиграно', 'count', null, 2, 2, 0],
          ['cycle', 'Cycle', 'Цикл', 'days', null, null, 4, null],
          ['won_amount', 'Amount', 'Сумма', 'money', 'EUR', 100, 300, 200],
        ),
        by_rule: table(['metric', 'rule', 'name', 'alone', 'only'], ['won_amount', '1', 'Test', 200, 0]),
      }),
    );
    const changed = inOrder(effects.filter(isChanged));
    expect(changed.map((one) => one.metric)).toEqual(['won_amount', 'cycle']);
    expect(changed[0]).toMatchObject({
      unit: 'EUR',
      byRule: [{ rule: '1', name: 'Test', alone: 200, only: 0 }],
    });
  });

  it('takes from warnings what rules leave out', () => {
    expect(
      leftOut([
        { code: 'left_out', message: '', params: { entity: 'deal', rows: '14', rules: '2' } },
        { code: 'many_values', message: '' },
      ]),
    ).toEqual([{ entity: 'deal', rows: 14 }]);
  });
});
