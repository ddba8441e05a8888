import { groupBy, list, number, records, text } from '../api/table';
import type { Cell, Result, Text2, Warning } from '../api/types';

/** One meaning of a metric. */
export interface Version {
  version: number;
  /** in_force, replaced, removed */
  state: string;
  at: string;
  author: string;
  /** release, file, agreement */
  origin: string;
  note: string;
  changed: Text2;
  month: string;
  value: number | null;
  unit: string;
  dataVersion: number;
  /** The definition as TOML; empty where it has no text of its own. */
  toml: string;
}

export interface Proposal {
  id: number;
  version: number;
  /** proposed, in_force, declined, withdrawn */
  state: string;
  note: string;
  changed: Text2;
  approvals: { department: string; who: string }[];
  waiting: string[];
  by: string;
  at: string;
  reason: string;
  toml: string;
}

export interface EffectMonth {
  month: string;
  before: number | null;
  after: number | null;
  change: number | null;
}

export interface Use {
  kind: string;
  id: string;
  title: Text2;
  how: Text2;
  /** How many of this name. */
  times: number;
}

export interface Seal {
  metric: string;
  month: string;
  sealed: number;
  adjustment: number | null;
  now: number | null;
  unit: string;
  by: string;
  at: string;
  note: string;
}

type Row = Record<string, Cell>;
const pair = (row: Row, name: string): Text2 => ({
  en: text(row[`${name}_en`]),
  ru: text(row[`${name}_ru`]),
});
const count = (row: Row, name: string): number => number(row[name]) ?? 0;

/** How figures of a column are formatted: a share by its type, the others by their unit. */
function unitOf(result: Result | undefined, table: string, name: string): string {
  const column = result?.tables[table]?.columns.find((one) => one.name === name);
  return column?.type === 'share' ? 'share' : (column?.unit ?? '');
}

export function readVersions(result: Result | undefined): Version[] {
  const unit = unitOf(result, 'versions', 'value');
  const texts = new Map(
    records(result?.tables['texts']).map((row) => [row['data_version'], text(row['text'])]),
  );
  return records(result?.tables['versions']).map((row) => ({
    version: count(row, 'version'),
    state: text(row['state']),
    at: text(row['recorded_at']),
    author: text(row['author']),
    origin: text(row['origin']),
    note: text(row['note']),
    changed: pair(row, 'changed'),
    month: text(row['from']),
    value: number(row['value']),
    unit,
    dataVersion: count(row, 'data_version'),
    toml: texts.get(row['data_version'] ?? null) ?? '',
  }));
}

export function readProposals(result: Result | undefined): Proposal[] {
  return records(result?.tables['proposals']).map((row) => ({
    id: count(row, 'proposal'),
    version: count(row, 'version'),
    state: text(row['state']),
    note: text(row['note']),
    changed: pair(row, 'changed'),
    approvals: list(row['approvals']).map((one) => {
      const approval = one as unknown as { department?: string; who?: string };
      return { department: approval.department ?? '', who: approval.who ?? '' };
    }),
    waiting: text(row['waiting']).split(', ').filter(Boolean),
    by: text(row['proposed_by']),
    at: text(row['proposed_at']),
    reason: text(row['reason']),
    toml: text(row['text']),
  }));
}

export function readEffect(result: Result | undefined): { months: EffectMonth[]; unit: string } {
  return {
    unit: unitOf(result, 'effect', 'after'),
    months: records(result?.tables['effect']).map((row) => ({
      month: text(row['month']),
      before: number(row['before']),
      after: number(row['after']),
      change: number(row['change']),
    })),
  };
}

/** Goals of one name, as a company has them for each quarter, are one line. */
export function readUses(result: Result | undefined): Use[] {
  const rows = records(result?.tables['uses']);
  const nameOf = (row: Row): string => [row['kind'], row['title_en'], row['how_en']].map(text).join('\n');
  return [...groupBy(rows, nameOf).values()].flatMap(([row, ...others]) =>
    row
      ? [
          {
            kind: text(row['kind']),
            id: text(row['id']),
            title: pair(row, 'title'),
            how: pair(row, 'how'),
            times: 1 + others.length,
          },
        ]
      : [],
  );
}

export function readSeals(result: Result | undefined): Seal[] {
  return records(result?.tables['seals']).map((row) => ({
    metric: text(row['metric']),
    month: text(row['month']),
    sealed: count(row, 'sealed'),
    adjustment: number(row['adjustment']),
    now: number(row['now']),
    unit: text(row['unit']),
    by: text(row['sealed_by']),
    at: text(row['sealed_at']),
    note: text(row['note']),
  }));
}

/** What an answer of `metrics` says of sealed months of a metric, the newest first. */
export function sealsSaid(warnings: readonly Warning[], metric: string): Seal[] {
  return warnings
    .filter((one) => one.code.startsWith('sealed') && one.params?.['metric'] === metric)
    .map(({ params = {} }) => ({
      metric,
      month: text(params['month']),
      sealed: count(params, 'sealed'),
      adjustment: number(params['adjustment']),
      now: number(params['now']),
      unit: text(params['unit']),
      by: text(params['sealed_by']),
      at: text(params['sealed_at']),
      note: '',
    }));
}

/** The definition to begin a proposal with: that in force, with the next number and without its note. */
export function draftOf(versions: readonly Version[]): string {
  const current = versions.find((one) => one.state === 'in_force');
  if (!current) return '';
  const next = Math.max(...versions.map((one) => one.version)) + 1;
  return current.toml
    .replace(/^note\s*=.*\n/m, '')
    .replace(/^(version\s*=\s*)\d+/m, (_, before: string) => `${before}${next}`);
}

/** The month before the one of the day, as 2026-10. */
export function monthBefore(day: string): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`;
}

/** A name, and how many there are of it where there are several. */
export const withTimes = (name: string, times: number): string => (times > 1 ? `${name} (${times})` : name);
