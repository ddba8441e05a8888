import { number, records, text } from '../api/table';
import type { Result, Table } from '../api/types';

/** What may be corrected, by kind of record: what the action records.correct takes. */
const kFields: Record<string, string[]> = {
  account:
    'name legal_name domain website email phone tax_id country region city industry employees annual_revenue segment type owner'.split(
      ' ',
    ),
  person: 'full_name first_name last_name title email phone mobile country city owner'.split(' '),
  deal: 'name stage amount close_date type lead_source next_step loss_reason owner'.split(' '),
  lead: 'full_name first_name last_name title company email phone country industry employees status lead_source medium owner'.split(
    ' ',
  ),
};
/** What no record is without. */
const kNeeded = ['name', 'full_name', 'first_name', 'last_name', 'stage', 'status', 'owner'];
/** Most sources keep a name in parts alone. */
const kNameParts = ['first_name', 'last_name'];

export function canBeEmptied(field: string): boolean {
  return !kNeeded.includes(field);
}

/** What is corrected under the heading of a field: the field, and its parts. */
export function correctedUnder(field: string): string[] {
  return field === 'full_name' ? [field, ...kNameParts] : [field];
}

export function isCorrectable(kind: string, field: string): boolean {
  return kFields[kind]?.includes(field) ?? false;
}

/** Those of them that no source fills, and that may be filled so. */
export function emptyFields(kind: string, filled: string[]): string[] {
  return (kFields[kind] ?? []).filter((field) => !filled.includes(field) && !kNameParts.includes(field));
}

export interface Correction {
  decisionId: number;
  field: string;
  source: string;
  /** Nothing where the value was taken away. */
  value: string;
  state: string;
  reason: string;
  who: string;
}

export function readCorrections(table: Table | undefined): Correction[] {
  return records(table).map((row) => ({
    decisionId: number(row['decision_id']) ?? 0,
    field: text(row['field']),
    source: text(row['source']),
    value: text(row['value']),
    state: text(row['state']),
    reason: text(row['reason']),
    who: text(row['who']),
  }));
}

/** How many corrections of each source wait, and how many it overtook. */
export function bySource(all: Correction[]): { source: string; pending: number; differs: number }[] {
  const sources = new Map<string, { source: string; pending: number; differs: number }>();
  for (const one of all) {
    const counts = sources.get(one.source) ?? { source: one.source, pending: 0, differs: 0 };
    if (one.state === 'pending') counts.pending += 1;
    if (one.state === 'differs') counts.differs += 1;
    sources.set(one.source, counts);
  }
  return [...sources.values()]
    .filter((one) => one.pending + one.differs > 0)
    .sort((a, b) => a.source.localeCompare(b.source));
}

/** Text in a one-byte encoding of the browser's own list, or in UTF-8. Every character has its place: the server saw to it. */
export function encode(content: string, encoding: string): Uint8Array<ArrayBuffer> {
  if (encoding !== 'windows-1251' && encoding !== 'windows-1252') return new TextEncoder().encode(content);
  const bytes = new Map<string, number>();
  const decoder = new TextDecoder(encoding);
  for (let byte = 0; byte < 256; byte += 1) bytes.set(decoder.decode(new Uint8Array([byte])), byte);
  return Uint8Array.from([...content], (character) => bytes.get(character) ?? 63);
}

export interface PatchFile {
  name: string;
  content: Uint8Array<ArrayBuffer>;
}

export function readFiles(result: Result): PatchFile[] {
  return records(result.tables['files']).map((row) => ({
    name: text(row['name']),
    content: encode(text(row['text']), text(row['encoding'])),
  }));
}
