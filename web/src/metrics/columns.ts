import { batch } from '../api/jobs';
import { number, records, text } from '../api/table';
import type { At, Cell, Params, Table, Text2 } from '../api/types';

/** A column of a source that no mapping names. */
export interface CustomColumn {
  id: string;
  object: Text2;
  header: string;
  type: string;
  values: number;
  splits: boolean;
  /** Why it does not: `one_value`, `many_values`. */
  whyNot: string;
}

/** The rows of `metrics.columns` by their names, in its order: what serves as a dimension first. */
export function readColumns(table: Table | undefined): CustomColumn[] {
  return records(table).map((row) => ({
    id: text(row['id']),
    object: { en: text(row['object_en']), ru: text(row['object_ru']) },
    header: text(row['header']),
    type: text(row['type']),
    values: number(row['distinct_count']) ?? 0,
    splits: row['splits'] === true,
    whyNot: text(row['why_not']),
  }));
}

/** Those of a metric, or of what the rows of a list are. */
export async function askColumns(params: Params, at: At, signal: AbortSignal): Promise<CustomColumn[]> {
  const answer = await batch([{ id: 'metrics.columns', params }], at, signal);
  const [first] = answer.results;
  return readColumns(first && 'result' in first ? first.result.tables['columns'] : undefined);
}

export const kComparisons = ['=', '!=', '>', '>=', '<', '<=', 'like', 'is null', 'is not null'] as const;
export type Comparison = (typeof kComparisons)[number];

/** What may be asked of a column: neither of two truths is the greater, and only texts are alike. */
export function comparisonsOf(type: string): Comparison[] {
  if (type === 'boolean') return ['=', 'is null', 'is not null'];
  if (type === 'text') return ['=', '!=', 'like', 'is null', 'is not null'];
  return kComparisons.filter((one) => one !== 'like');
}

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** A term of a condition, as `where` takes it; empty while a value is missing. */
export function termOf(column: string, type: string, comparison: Comparison, value: string): string {
  if (comparison === 'is null' || comparison === 'is not null') {
    return comparison === 'is null' ? `${column} is null` : `not ${column} is null`;
  }
  const given = value.trim();
  if (!given) return '';
  if (comparison === 'like') return `${column} like ${quoted(`%${given}%`)}`;
  const isPlain = ['integer', 'decimal', 'money', 'share', 'boolean'].includes(type);
  return `${column} ${comparison} ${isPlain ? given : quoted(given)}`;
}

/** Both must hold; a condition with `or` is put in parentheses. */
export function joined(where: string, term: string): string {
  if (!where) return term;
  return `${/\bor\b/i.test(where) ? `(${where})` : where} and ${term}`;
}

/** The different values of a column, as an answer that is split by it gives them. */
export function valuesOf(table: Table | undefined, column: string): string[] {
  const values = records(table).map((row): Cell => row[column] ?? null);
  return [...new Set(values.filter((value) => value !== null).map((value) => text(value)))];
}
