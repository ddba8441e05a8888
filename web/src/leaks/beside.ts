import { number, records, text } from '../api/table';
import type { Cell, Result, Text2 } from '../api/types';

const both = (row: Record<string, Cell>, name: string): Text2 => ({
  en: text(row[`${name}_en`]),
  ru: text(row[`${name}_ru`]),
});

/** What one step did after leaks of a rule were mended. */
export interface Effect {
  step: string;
  title: Text2;
  isOwn: boolean;
  unit: string;
  before: number | null;
  after: number | null;
  low: number | null;
  high: number | null;
  casesBefore: number;
  casesAfter: number;
  verdict: 'worse' | 'better' | 'unknown';
  note: Text2;
}

export interface Mended {
  rule: string;
  title: Text2;
  fixed: number;
  since: string;
  days: number;
  effects: Effect[];
}

const verdictOf = (said: string): Effect['verdict'] =>
  said === 'worse' || said === 'better' ? said : 'unknown';

/** By rule, those with something worse first, as the answer has them. */
export function readEffects(result: Result): Mended[] {
  const rules = new Map<string, Mended>();
  for (const row of records(result.tables['effects'])) {
    const rule = text(row['rule']);
    const mended = rules.get(rule) ?? {
      rule,
      title: both(row, 'title'),
      fixed: number(row['fixed']) ?? 0,
      since: text(row['since']),
      days: number(row['days']) ?? 0,
      effects: [],
    };
    mended.effects.push({
      step: text(row['step']),
      title: both(row, 'step'),
      isOwn: row['is_own'] === true,
      unit: text(row['unit']),
      before: number(row['before']),
      after: number(row['after']),
      low: number(row['change_low']),
      high: number(row['change_high']),
      casesBefore: number(row['cases_before']) ?? 0,
      casesAfter: number(row['cases_after']) ?? 0,
      verdict: verdictOf(text(row['verdict'])),
      note: both(row, 'note'),
    });
    rules.set(rule, mended);
  }
  return [...rules.values()];
}

/** A leak, a process or the metrics of a department that nobody owns. */
export interface Thing {
  thing: string;
  kind: string;
  name: string;
  title: Text2;
  department: string;
  wonBack: number | null;
  why: string;
  owner: string;
  since: string;
  days: number | null;
  wentTo: string;
  wentAt: string;
  note: Text2;
}

export interface Holder {
  person: string;
  leaks: number;
  wonBack: number | null;
  processes: number;
  departments: number;
  oldest: string;
}

export interface Nobodys {
  days: number;
  leaks: number;
  processes: number;
  metrics: number;
  waiting: number;
  people: Holder[];
  things: Thing[];
}

export function readUnowned(result: Result): Nobodys {
  const [all = {}] = records(result.tables['summary']);
  return {
    days: number(all['days']) ?? 0,
    leaks: number(all['leaks']) ?? 0,
    processes: number(all['processes']) ?? 0,
    metrics: number(all['metrics']) ?? 0,
    waiting: number(all['waiting']) ?? 0,
    people: records(result.tables['people']).map((row) => ({
      person: text(row['person']),
      leaks: number(row['leaks']) ?? 0,
      wonBack: number(row['won_back']),
      processes: number(row['processes']) ?? 0,
      departments: number(row['departments']) ?? 0,
      oldest: text(row['oldest']),
    })),
    things: records(result.tables['unowned']).map((row) => ({
      thing: text(row['thing']),
      kind: text(row['kind']),
      name: text(row['name']),
      title: both(row, 'title'),
      department: text(row['department']),
      wonBack: number(row['won_back']),
      why: text(row['why']),
      owner: text(row['owner']),
      since: text(row['since']),
      days: number(row['days']),
      wentTo: text(row['went_to']),
      wentAt: text(row['went_at']),
      note: both(row, 'note'),
    })),
  };
}
