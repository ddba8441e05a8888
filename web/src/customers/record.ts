import { number, records, text } from '../api/table';
import type { Cell, Result, Table } from '../api/types';

export const kRecordKinds = ['account', 'person', 'deal'] as const;
export type RecordKind = (typeof kRecordKinds)[number];
/** A lead has a page of its own, with less on it. */
export const kPageKinds = [...kRecordKinds, 'lead'] as const;
export type PageKind = (typeof kPageKinds)[number];
export type Row = Record<string, Cell>;

/** The address of a record. A dot in its id would make the server look for a file, so it is written otherwise. */
export function recordPath(kind: string, id: string): string {
  return `/customers/${kind}/${encodeURIComponent(id.replaceAll('~', '~t').replaceAll('.', '~d'))}`;
}

/** What the end of an address names: `account/salesforce:001` is an account; nothing is the list. */
export function recordOf(rest: string): { kind: PageKind; id: string } | undefined {
  const slash = rest.indexOf('/');
  const kind = kPageKinds.find((one) => one === rest.slice(0, slash));
  const id = rest
    .slice(slash + 1)
    .replaceAll('~d', '.')
    .replaceAll('~t', '~');
  return slash > 0 && kind && id ? { kind, id } : undefined;
}

/** The address that a found thing opens: its own page, that of whom it belongs to, else its source record. */
export function openPath(kind: string, id: string): string {
  return kPageKinds.some((one) => one === kind)
    ? recordPath(kind, id)
    : `/analyses/lineage?entity=${encodeURIComponent(kind)}&id=${encodeURIComponent(id)}`;
}

export interface FieldValue {
  source: string;
  object: string;
  sourceId: string;
  value: string;
  knownAt: string;
  isShown: boolean;
}

export interface Field {
  name: string;
  title: { en: string; ru: string };
  type: string;
  value: string;
  source: string;
  knownAt: string;
  differing: number;
  cleanedBy: string;
  values: FieldValue[];
}

/** Each field with what every source says of it. */
export function readFields(result: Result): Field[] {
  const values = new Map<string, FieldValue[]>();
  for (const row of records(result.tables['field_values'])) {
    const list = values.get(text(row['field'])) ?? [];
    list.push({
      source: text(row['source']),
      object: text(row['object']),
      sourceId: text(row['source_id']),
      value: text(row['value']),
      knownAt: text(row['known_at']),
      isShown: row['is_shown'] === true,
    });
    values.set(text(row['field']), list);
  }
  return records(result.tables['fields']).map((row) => ({
    name: text(row['field']),
    title: { en: text(row['title_en']), ru: text(row['title_ru']) },
    type: text(row['type']),
    value: text(row['value']),
    source: text(row['source']),
    knownAt: text(row['known_at']),
    differing: number(row['differing']) ?? 0,
    cleanedBy: text(row['cleaned_by']),
    values: values.get(text(row['field'])) ?? [],
  }));
}

/** How many rows a table has in all, also where only some are here. */
export function countOf(table: Table | undefined): number {
  return table ? (table.total_rows ?? table.rows.length) : 0;
}

/** Whole days from a moment to another. */
export function daysSince(at: string, now: string): number {
  return Math.floor((Date.parse(now) - Date.parse(at)) / 86_400_000);
}
