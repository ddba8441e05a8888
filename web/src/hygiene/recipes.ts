import { list, number, records, text } from '../api/table';
import type { Result } from '../api/types';

/** A step as the server keeps it. */
export interface Step {
  field: string;
  do: string;
  values?: Record<string, string>;
  words?: string[];
  pattern?: string;
  with?: string;
  region?: string;
  order?: string;
  value?: string;
}

export interface Recipe {
  id: string;
  name: string;
  entity: string;
  version: number;
  isOn: boolean;
  steps: Step[];
  inWords: { en: string; ru: string };
  values: number;
  records: number;
  minutes: number;
  decision: number | null;
}

export interface Proposal {
  entity: string;
  field: string;
  records: number;
  minutes: number;
  name: string;
  steps: Step[];
}

export interface Draft {
  recipe: string;
  name: string;
  entity: string;
  steps: Step[];
}

export const kEntities = ['account', 'person', 'lead', 'deal'] as const;
export const kActions = [
  'trim',
  'upper',
  'lower',
  'title',
  'map',
  'replace',
  'phone',
  'country',
  'split_name',
  'clear',
  'default',
] as const;

export const kEmptyDraft: Draft = {
  recipe: '',
  name: '',
  entity: 'account',
  steps: [{ field: 'name', do: 'trim' }],
};

const steps = (value: unknown): Step[] => list(value as string) as unknown as Step[];

export function readRecipes(result: Result | undefined): Recipe[] {
  return records(result?.tables['recipes']).map((row) => ({
    id: text(row['recipe']),
    name: text(row['name']),
    entity: text(row['entity']),
    version: number(row['version']) ?? 1,
    isOn: text(row['state']) === 'on',
    steps: steps(row['steps']),
    inWords: { en: text(row['steps_en']), ru: text(row['steps_ru']) },
    values: number(row['values']) ?? 0,
    records: number(row['records']) ?? 0,
    minutes: number(row['minutes_saved']) ?? 0,
    decision: number(row['decision_id']),
  }));
}

export function readProposals(result: Result | undefined): Proposal[] {
  return records(result?.tables['proposals']).map((row) => ({
    entity: text(row['entity']),
    field: text(row['field']),
    records: number(row['records']) ?? 0,
    minutes: number(row['minutes_saved']) ?? 0,
    name: text(row['name']),
    steps: steps(row['steps']),
  }));
}

/** The fields that steps may name, by kind of record. */
export function readFields(result: Result | undefined): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const row of records(result?.tables['fields']))
    (fields[text(row['entity'])] ??= []).push(text(row['field']));
  return fields;
}

/** "IT = Technology", a line a value; nothing behind the sign empties it. */
export function valuesOf(lines: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of lines.split('\n')) {
    const at = line.lastIndexOf('=');
    const from = line.slice(0, Math.max(at, 0)).trim();
    if (from) values[from] = line.slice(at + 1).trim();
  }
  return values;
}

/** The first line that says nothing of what becomes of what: it lacks the sign, or what stands before it. */
export function brokenLine(lines: string): { line: number; text: string } | undefined {
  const all = lines.split('\n').map((line) => line.trim());
  const at = all.findIndex((line) => line && line.lastIndexOf('=') < 1);
  return at < 0 ? undefined : { line: at + 1, text: all[at] ?? '' };
}

export function linesOf(values: Record<string, string> | undefined): string {
  return Object.entries(values ?? {})
    .map(([from, to]) => `${from} = ${to}`)
    .join('\n');
}

/** A step with what its action takes, and nothing else. */
export function tidy(step: Step): Step {
  const bare: Step = { field: step.do === 'split_name' ? 'full_name' : step.field, do: step.do };
  if (step.do === 'map') bare.values = step.values ?? {};
  if (step.do === 'replace') Object.assign(bare, { pattern: step.pattern ?? '', with: step.with ?? '' });
  if (step.do === 'phone' && step.region) bare.region = step.region;
  if (step.do === 'clear' && step.words?.length) bare.words = step.words;
  if (step.do === 'split_name' && step.order) bare.order = step.order;
  if (step.do === 'default') bare.value = step.value ?? '';
  return bare;
}
