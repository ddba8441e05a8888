import { list, number, records, text } from '../api/table';
import type { CatalogEntry, Params, Result, Table, Text2 } from '../api/types';

export const kRegisters = ['processes', 'agreements', 'goals'] as const;
export type RegisterName = (typeof kRegisters)[number];
export const hasSheet = (register: RegisterName): boolean => register !== 'processes';

/** One line of a register. What came with an export has no number and is changed where it came from. */
export interface Entry {
  id: string;
  name: string;
  fields: Record<string, string | string[]>;
  unit: string;
  parts: number;
  partsSum: number | null;
  partsDifference: number | null;
  state: string;
  needs: string[];
  origin: string;
  isEntered: boolean;
  note: string;
  changedBy: string;
  changedAt: string;
}

const kSeveral = new Set(['stages', 'hand_over', 'metrics']);

export function readEntries(register: RegisterName, table: Table | undefined, fields: string[]): Entry[] {
  return records(table).map((row) => {
    const said: Entry['fields'] = {};
    for (const field of fields) {
      const value = row[field];
      if (value === null || value === undefined) continue;
      said[field] = kSeveral.has(field) ? list(value).map((one) => text(one)) : text(value);
    }
    const metric = register === 'goals' ? text(row['metric']) : '';
    return {
      id: text(row['id']),
      name: text(row['name']) || metric,
      fields: said,
      unit: text(row['unit']),
      parts: number(row['parts']) ?? 0,
      partsSum: number(row['parts_sum']),
      partsDifference: number(row['parts_difference']),
      state: text(row['state']),
      needs: text(row['needs'])
        .split(', ')
        .filter((one) => one !== ''),
      origin: text(row['origin']),
      isEntered: text(row['origin']) === 'register',
      note: text(row['note']),
      changedBy: text(row['changed_by']),
      changedAt: text(row['changed_at']),
    };
  });
}

export interface FormField {
  name: string;
  title: Text2;
  help: Text2;
  isSeveral: boolean;
}

/** The fields of the form, as the server declares them: those that the list shows and the action takes. */
export function fieldsOf(listed: CatalogEntry | undefined, action: CatalogEntry | undefined): FormField[] {
  const columns = listed?.tables[0]?.columns ?? [];
  return (action?.parameters ?? []).flatMap((parameter) => {
    const column = columns.find((one) => one.name === parameter.name);
    if (!column || parameter.name === 'id') return [];
    return [
      {
        name: parameter.name,
        title: column.titles ?? { en: parameter.name, ru: parameter.name },
        help: parameter.help,
        isSeveral: kSeveral.has(parameter.name),
      },
    ];
  });
}

/** What the action is told: of a list each line is an item. An empty field takes away what was there. */
export function paramsOf(fields: FormField[], written: Record<string, string>, id: string): Params {
  const params: Params = id ? { id: Number(id) } : {};
  for (const field of fields) {
    const value = (written[field.name] ?? '').trim();
    if (!field.isSeveral) params[field.name] = value;
    else params[field.name] = value.split(/[\n]+/).flatMap((one) => (one.trim() ? [one.trim()] : []));
  }
  return params;
}

export interface Version {
  version: number;
  what: string;
  changes: { field: string; before: string; after: string }[];
  note: string;
  by: string;
  at: string;
  decision: number;
}

const said = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(String).join(', ')
    : value === null || value === undefined
      ? ''
      : String(value);

function changesOf(value: unknown): Version['changes'] {
  return list(value as never).map((one) => {
    const change = one as unknown as { field: string; before: unknown; after: unknown };
    return { field: change.field, before: said(change.before), after: said(change.after) };
  });
}

export function readVersions(result: Result): Version[] {
  return records(result.tables['versions']).map((row) => ({
    version: number(row['version']) ?? 0,
    what: text(row['what']),
    changes: changesOf(row['changes']),
    note: text(row['note']),
    by: text(row['changed_by']),
    at: text(row['changed_at']),
    decision: number(row['decision_id']) ?? 0,
  }));
}

export interface SheetLine {
  line: number;
  verdict: string;
  column: string;
  why: Text2;
  name: string;
  changes: Version['changes'];
}

export function readPreview(result: Result): SheetLine[] {
  return records(result.tables['lines']).map((row) => ({
    line: number(row['line']) ?? 0,
    verdict: text(row['verdict']),
    column: text(row['column']),
    why: { en: text(row['why']), ru: text(row['why_ru']) || text(row['why']) },
    name: text(row['name']),
    changes: changesOf(row['changes']),
  }));
}

/** A department as people read it; a company may call its departments as it likes. */
export function humanDepartment(code: string, titles: Record<string, string>): string {
  return titles[code] ?? code;
}

/** What was there and what is there now, or who gives and who takes. */
export const fromTo = (before: string, after: string): string => `${before || '–'} → ${after || '–'}`;
