import { groupBy, number, records, text } from '../api/table';
import type { Result, Text2, Warning } from '../api/types';

export interface Rule {
  id: string;
  name: string;
  entity: string;
  condition: string;
  /** on, off, empty, failed */
  state: string;
  named: number;
  withThem: number;
  decision: number | null;
  problem: Text2;
}

export interface Proposal {
  entity: string;
  condition: string;
  name: Text2;
  named: number;
  withThem: number;
  all: number;
}

export interface Share {
  entity: string;
  named: number;
  withThem: number;
  all: number;
}

export interface Effect {
  metric: string;
  title: Text2;
  unit: string;
  value: number | null;
  without: number | null;
  taken: number | null;
  byRule: { rule: string; name: string; alone: number | null; only: number | null }[];
}

export interface Preview {
  shares: Share[];
  samples: string[];
}

/** What the form begins with: a new rule, one that is there, or a proposal to look at. */
export interface Draft {
  rule: string;
  name: string;
  entity: string;
  condition: string;
}

export const kEntities = ['account', 'person', 'lead', 'deal'] as const;
export const kEmptyDraft: Draft = { rule: '', name: '', entity: 'account', condition: '' };

const count = (row: Record<string, unknown>, name: string): number => number(row[name] as never) ?? 0;

export function readRules(result: Result | undefined): Rule[] {
  return records(result?.tables['rules']).map((row) => ({
    id: text(row['rule']),
    name: text(row['name']),
    entity: text(row['entity']),
    condition: text(row['condition']),
    state: text(row['state']),
    named: count(row, 'named'),
    withThem: count(row, 'with_them'),
    decision: number(row['decision_id']),
    problem: { en: text(row['problem']), ru: text(row['problem_ru']) },
  }));
}

export function readProposals(result: Result | undefined): Proposal[] {
  return records(result?.tables['proposals']).map((row) => ({
    entity: text(row['entity']),
    condition: text(row['condition']),
    name: { en: text(row['name_en']), ru: text(row['name_ru']) },
    named: count(row, 'named'),
    withThem: count(row, 'with_them'),
    all: count(row, 'all'),
  }));
}

export function readPreview(result: Result): Preview {
  return {
    shares: records(result.tables['shares']).map((row) => ({
      entity: text(row['entity']),
      named: count(row, 'named'),
      withThem: count(row, 'with_them'),
      all: count(row, 'all'),
    })),
    samples: records(result.tables['samples']).map((row) => text(row['name'])),
  };
}

export function readEffects(result: Result): Effect[] {
  const byRule = groupBy(records(result.tables['by_rule']), (row) => text(row['metric']));
  return records(result.tables['effect']).map((row) => ({
    metric: text(row['metric']),
    title: { en: text(row['title_en']), ru: text(row['title_ru']) },
    unit: text(row['currency']) || text(row['unit']),
    value: number(row['value']),
    without: number(row['without_rules']),
    taken: number(row['effect']),
    byRule: (byRule.get(text(row['metric'])) ?? []).map((one) => ({
      rule: text(one['rule']),
      name: text(one['name']),
      alone: number(one['alone']),
      only: number(one['only']),
    })),
  }));
}

/** A number that rules change: also one that only they make unknown. */
export const isChanged = (effect: Effect): boolean =>
  effect.taken === null ? effect.value !== effect.without : effect.taken !== 0;

// What everybody asks for first.
const kFirst = ['won_amount', 'pipeline_amount', 'deals_won', 'deals_open', 'win_rate', 'leads'];

export function inOrder(effects: Effect[]): Effect[] {
  const placeOf = (one: Effect): number => {
    const at = kFirst.indexOf(one.metric);
    return at < 0 ? kFirst.length : at;
  };
  return effects.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** What rules leave out of an answer, by kind; the rest of its warnings is something to look at. */
export function leftOut(warnings: Warning[]): { entity: string; rows: number }[] {
  return warnings
    .filter((one) => one.code === 'left_out')
    .map((one) => ({ entity: text(one.params?.['entity']), rows: Number(text(one.params?.['rows'])) }));
}

export const kAddress = '/catalog?tab=not_counted';
