import { groupBy, number, records, text } from '../api/table';
import type { Result, Text2 } from '../api/types';

export interface Question {
  id: string;
  title: Text2;
  why: Text2;
  state: string;
  /** As the setting keeps it; undefined where the data say nothing. */
  proposal: string | undefined;
  proposed: Text2;
  evidence: Text2;
  note: Text2;
  value: string;
  inForce: Text2;
  setting: string;
  page: string;
  decision: number | null;
  options: Option[];
}

export interface Option {
  value: string;
  label: Text2;
  note: Text2;
}

export interface Advice {
  unlock: string;
  opens: Text2;
  products: Text2;
  title: Text2;
  how: Text2;
}

export interface Export {
  id: string;
  title: Text2;
  isHere: boolean;
  rows: number;
  how: Text2;
  opens: Text2;
}

export interface Product {
  id: string;
  title: Text2;
  here: number;
  exports: Export[];
}

export interface Setup {
  questions: Question[];
  next: Advice[];
  products: Product[];
}

type Row = ReturnType<typeof records>[number];

const both = (row: Row, name: string): Text2 => ({
  en: text(row[`${name}_en`]),
  ru: text(row[`${name}_ru`]),
});

export function readSetup(result: Result): Setup {
  const options = groupBy(records(result.tables['options']), (row) => text(row['question']));
  const exports = groupBy(records(result.tables['exports']), (row) => text(row['product']));
  return {
    questions: records(result.tables['questions']).map((row) => ({
      id: text(row['question']),
      title: both(row, 'title'),
      why: both(row, 'why'),
      state: text(row['state']),
      proposal: row['proposal'] === null ? undefined : text(row['proposal']),
      proposed: both(row, 'proposal'),
      evidence: both(row, 'evidence'),
      note: both(row, 'note'),
      value: text(row['value']),
      inForce: both(row, 'value'),
      setting: text(row['setting']),
      page: text(row['page']),
      decision: number(row['decision_id']),
      options: (options.get(text(row['question'])) ?? []).map((one) => ({
        value: text(one['value']),
        label: { en: text(one['en']), ru: text(one['ru']) },
        note: both(one, 'note'),
      })),
    })),
    next: records(result.tables['next']).map((row) => ({
      unlock: text(row['unlock']),
      opens: both(row, 'unlock'),
      products: both(row, 'products'),
      title: both(row, 'title'),
      how: both(row, 'how'),
    })),
    products: records(result.tables['products']).map((row) => ({
      id: text(row['product']),
      title: both(row, 'title'),
      here: number(row['exports_here']) ?? 0,
      exports: (exports.get(text(row['product'])) ?? []).map((one) => ({
        id: text(one['export']),
        title: both(one, 'title'),
        isHere: one['state'] === 'here',
        rows: number(one['rows']) ?? 0,
        how: both(one, 'how'),
        opens: both(one, 'opens'),
      })),
    })),
  };
}

/** What one click accepts: each as `setting=value`, exactly as it is shown. */
export function proposedAnswers(questions: readonly Question[]): string[] {
  return questions
    .filter((one) => one.state === 'proposed' && one.setting)
    .map((one) => `${one.setting}=${one.proposal ?? ''}`);
}

/** Decisions that answered several questions at once, with how many. */
export function sharedDecisions(questions: readonly Question[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { decision } of questions) {
    if (decision !== null) counts.set(decision, (counts.get(decision) ?? 0) + 1);
  }
  return new Map([...counts].filter(([, count]) => count > 1));
}

/** Names in a setting that holds several, and back. */
export const namesIn = (value: string): string[] =>
  value
    .split(';')
    .map((name) => name.trim())
    .filter(Boolean);
