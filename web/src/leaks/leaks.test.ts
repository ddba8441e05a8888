import { describe, expect, it } from 'vitest';
import { text } from '../api/table';
import type { Cell, Result, Table } from '../api/types';
import {
  barOf,
  choiceOf,
  endsOf,
  faresOf,
  kNobody,
  lackOf,
  leakOf,
  leftOf,
  neighbours,
  paramsOf,
  readLeaks,
  readSayings,
  saidSort,
  scaleOf,
  shownTable,
  sortOf,
  trendModel,
  trendTable,
  valuesOf,
  type Rule,
  type Word,
} from './leaks';

const collator = new Intl.Collator('en', { numeric: true });

const kColumns = [
  'leak',
  'rule',
  'title_en',
  'name',
  'owner',
  'department',
  'certainty',
  'won_back',
  'detail_en',
  'state',
  'assignee',
];
const table: Table = {
  key: ['leak'],
  columns: kColumns.map((name) => ({
    name,
    type: name === 'won_back' ? 'money' : 'text',
    unit: name === 'won_back' ? 'EUR' : '',
  })),
  rows: [
    [
      'stuck:1',
      'stuck',
      'Stuck deal',
      'Falkcare',
      'Ann',
      'sales',
      'probable',
      900,
      '29 days in Proposal',
      'open',
      null,
    ],
    [
      'unpaid:7',
      'unpaid',
      'Overdue invoice',
      'WL 7',
      null,
      'finance',
      'certain',
      500,
      'due 12 days ago',
      'fixed',
      null,
    ],
    [
      'stuck:2',
      'stuck',
      'Stuck deal',
      'Acme',
      'Bo',
      'sales',
      'probable',
      null,
      '128 days in Proposal',
      'assigned',
      'Ann',
    ],
    ['stuck:3', 'stuck', 'Stuck deal', 'Old', 'Bo', 'sales', 'probable', 5, 'let be', 'tolerated', null],
    ['stuck:4', 'stuck', 'Stuck deal', 'Gone', null, 'sales', null, 7, null, 'recovered', 'Bo'],
  ],
  total_rows: 5,
};
const chosen = (query: string): string[] =>
  shownTable(table, choiceOf(new URLSearchParams(query)), undefined, collator).rows.map((row) =>
    text(row[0]),
  );

const rule = (amount: number | null, low: number | null, high: number | null): Rule => ({
  ...readLeaks({
    tables: { rules: { key: [], columns: [], rows: [[]] } },
    currency: 'EUR',
  } as unknown as Result).rules[0]!,
  amount,
  low,
  high,
});

describe('the ledger', () => {
  it('comes as the server ranks it, those that still leak, while nothing is chosen', () => {
    expect(chosen('')).toEqual(['stuck:1', 'unpaid:7', 'stuck:2']);
  });

  it('holds what fits every choice of the address', () => {
    expect(chosen('rule=stuck')).toEqual(['stuck:1', 'stuck:2']);
    expect(chosen('rule=stuck&owner=Bo')).toEqual(['stuck:2']);
    expect(chosen('owner=Ann')).toEqual(['stuck:1', 'stuck:2']);
    expect(chosen('certainty=certain')).toEqual(['unpaid:7']);
    expect(chosen('department=sales&certainty=certain')).toEqual([]);
  });

  it('holds those of one state, or of every state', () => {
    expect(chosen('state=tolerated')).toEqual(['stuck:3']);
    expect(chosen('state=recovered&owner=Bo')).toEqual(['stuck:4']);
    expect(chosen('state=any')).toHaveLength(5);
  });

  it('finds leaks that nobody owns', () => {
    expect(chosen(`owner=${kNobody}`)).toEqual(['unpaid:7']);
  });

  it('searches names, owners and reasons for every word', () => {
    expect(chosen('text=proposal')).toEqual(['stuck:1', 'stuck:2']);
    expect(chosen('text=128+ACME')).toEqual(['stuck:2']);
    expect(chosen('text=128+falkcare')).toEqual([]);
  });

  it('is sorted as the address says, unknown money last either way', () => {
    const sorted = (said: string): Cell[] =>
      shownTable(table, choiceOf(new URLSearchParams()), sortOf(said), collator).rows.map((row) => row[0]!);
    expect(sorted('won_back')).toEqual(['unpaid:7', 'stuck:1', 'stuck:2']);
    expect(sorted('-won_back')).toEqual(['stuck:1', 'unpaid:7', 'stuck:2']);
    expect(sorted('no_such_column')).toEqual(['stuck:1', 'unpaid:7', 'stuck:2']);
    expect(saidSort(sortOf('-won_back'))).toBe('-won_back');
    expect(saidSort(sortOf('name'))).toBe('name');
    expect(sortOf('')).toBeUndefined();
  });

  it('counts only what is shown', () => {
    const shown = shownTable(table, choiceOf(new URLSearchParams('rule=stuck')), undefined, collator);
    expect(shown.total_rows).toBe(2);
    expect(shown.next_cursor).toBeNull();
  });

  it('offers the values that there are, nobody last', () => {
    expect(valuesOf(table, ['owner'], collator)).toEqual(['Ann', 'Bo', '']);
  });
});

describe('a leak', () => {
  it('is found by its id, with what is not known left open', () => {
    expect(leakOf(table, 'unpaid:7')).toMatchObject({ name: 'WL 7', owner: '', wonBack: 500, amount: null });
    expect(leakOf(table, 'unpaid:8')).toBeUndefined();
    expect(leakOf(table, '')).toBeUndefined();
  });

  it('has neighbours in the ledger as it is shown', () => {
    const shown = shownTable(table, choiceOf(new URLSearchParams('rule=stuck')), undefined, collator);
    expect(neighbours(shown, 'stuck:1')).toEqual({ previous: '', next: 'stuck:2', at: 0 });
    expect(neighbours(shown, 'stuck:2')).toEqual({ previous: 'stuck:1', next: '', at: 1 });
    expect(neighbours(shown, 'unpaid:7')).toEqual({ previous: '', next: '', at: -1 });
  });
});

describe('what is said of a leak', () => {
  const word: Word = { state: 'in_work', assignee: ' Ann ', due: '', note: '' };

  it('names whom it is given to, and why it is let be', () => {
    expect(lackOf(word)).toBeUndefined();
    expect(lackOf({ ...word, state: 'assigned', assignee: ' ' })).toBe('assignee');
    expect(lackOf({ ...word, state: 'assigned' })).toBeUndefined();
    expect(lackOf({ ...word, state: 'tolerated' })).toBe('note');
    expect(lackOf({ ...word, state: 'false_alarm', note: 'paid in cash' })).toBeUndefined();
  });

  it('goes out without what is empty', () => {
    expect(paramsOf(['stuck:1', 'stuck:2'], word)).toEqual({
      leak: ['stuck:1', 'stuck:2'],
      state: 'in_work',
      assignee: 'Ann',
    });
  });

  it('is told the newest first', () => {
    const result = {
      tables: {
        history: {
          key: ['changed_at'],
          columns: ['changed_at', 'state', 'changed_by'].map((name) => ({ name, type: 'text', unit: '' })),
          rows: [
            ['2026-03-01T00:00:00Z', 'assigned', 'ann'],
            ['2026-04-01T00:00:00Z', 'fixed', 'bo'],
          ],
        },
      },
    } as unknown as Result;
    expect(readSayings(result).map((one) => [one.state, one.by, one.note])).toEqual([
      ['fixed', 'bo', ''],
      ['assigned', 'ann', ''],
    ]);
  });
});

describe('how rules fare', () => {
  const of = (name: string, columns: string[], rows: Cell[][]): Result =>
    ({
      tables: {
        [name]: { key: [], columns: columns.map((one) => ({ name: one, type: 'text', unit: '' })), rows },
      },
    }) as unknown as Result;

  it('is told of the rule that is asked for', () => {
    const result = of(
      'rules',
      ['rule', 'decided', 'judged', 'precision', 'recovered'],
      [
        ['stuck', 5, 4, 0.75, 1],
        ['unpaid', 1, 0, null, 0],
      ],
    );
    expect(faresOf(result, 'stuck')).toMatchObject({ decided: 5, judged: 4, precision: 0.75, recovered: 1 });
    expect(faresOf(result, 'unpaid')).toMatchObject({ decided: 1, judged: 0, precision: null });
    expect(faresOf(undefined, 'stuck')).toBeUndefined();
  });

  it('offers nobody who has left, unless a namesake works here', () => {
    const staff = of(
      'people',
      ['name', 'is_active'],
      [
        ['Ann', false],
        ['Bo', false],
        ['Bo', true],
        ['Cy', null],
      ],
    );
    expect([...leftOf(staff)]).toEqual(['Ann']);
    expect(leftOf(undefined).size).toBe(0);
  });

  it('over time leaves out rules that never found money, unless one is asked for', () => {
    const months = of(
      'months',
      ['period', 'rule', 'amount'],
      [
        ['2026-01-31', 'stuck', 0],
        ['2026-02-28', 'stuck', 9],
        ['2026-02-28', 'unpaid', null],
      ],
    );
    expect(trendTable(months, '').rows.map((row) => row[1])).toEqual(['stuck', 'stuck']);
    expect(trendTable(months, 'unpaid').rows).toHaveLength(1);
  });

  it('over time has the sum above its largest rules, none where a rule could not be measured', () => {
    const months = of(
      'months',
      ['period', 'rule', 'title_en', 'state', 'amount'],
      [
        ['2026-01-31', 'stuck', 'Stuck', 'found', 5],
        ['2026-01-31', 'unpaid', 'Unpaid', 'not_measured', null],
        ['2026-02-28', 'stuck', 'Stuck', 'found', 9],
        ['2026-02-28', 'unpaid', 'Unpaid', 'found', 2],
      ],
    );
    const table = trendTable(months, '');
    const dated = {
      ...table,
      columns: table.columns.map((one, at) => (at ? one : { ...one, type: 'date' as const })),
    };
    const model = trendModel(dated, 'title_en', 'All', 1);
    expect(model.series.map((one) => [one.name, one.points.map((point) => point.value)])).toEqual([
      ['All', [null, 11]],
      ['Stuck', [5, 9]],
    ]);
    expect(model.series[0]!.isTotal).toBe(true);
    expect(model.total).toBe(2);
  });
});

describe('the bars', () => {
  it('stand on zero, with room for the end of every range', () => {
    const rules = [rule(400, 300, 900), rule(100, 100, 100)];
    const scale = scaleOf(rules);
    expect(scale.min).toBe(0);
    expect(scale.max).toBeGreaterThanOrEqual(900);
    const [wide, exact] = rules.map((one) => barOf(one, scale));
    expect(wide!.width).toBeCloseTo((400 / scale.max) * 100);
    expect(wide!.range!.left).toBeCloseTo((300 / scale.max) * 100);
    expect(wide!.range!.left + wide!.range!.width).toBeCloseTo((900 / scale.max) * 100);
    expect(exact!.range).toBeUndefined();
  });

  it('say the ends of a range in full where they would read alike, and none where they are alike', () => {
    const money = (value: number, form: 'short' | 'whole'): string =>
      form === 'short' ? `${Math.round(value / 100) / 10}K` : `${Math.round(value)}`;
    expect(endsOf(41_000, 52_000, money)).toEqual(['41K', '52K']);
    expect(endsOf(41_510, 41_530, money)).toEqual(['41510', '41530']);
    expect(endsOf(41_510.1, 41_510.2, money)).toBeUndefined();
    expect(endsOf(5, 5, money)).toBeUndefined();
    expect(endsOf(null, 5, money)).toBeUndefined();
  });

  it('are not drawn where the money is not known', () => {
    expect(barOf(rule(null, null, null), scaleOf([]))).toBeUndefined();
    expect(barOf(rule(5, null, null), scaleOf([rule(5, null, null)]))!.range).toBeUndefined();
  });
});
