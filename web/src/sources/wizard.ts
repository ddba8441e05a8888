import type { Text2 } from '../api/types';

// What the server says of a file that nothing recognises, and the draft of a mapping that a person finishes.

export interface DraftColumn {
  header: string;
  field: string;
  type: string;
  formats: string[];
  decimal: string;
  nulls: string[];
  values: Record<string, string>;
}

export interface Draft {
  source: string;
  object: string;
  title: string;
  table: string;
  key: string[];
  time_zone: string;
  records: string;
  fills_short_rows: boolean;
  files: string[];
  columns: DraftColumn[];
  constants: Record<string, string>;
  formulas: Record<string, string>;
}

export interface ProfiledColumn {
  header: string;
  holds: string;
  filled: number;
  distinct: number;
  is_unique: boolean;
  samples: string[];
  values: { value: string; count: number }[];
  decimal: string;
  doubtful_numbers: boolean;
  days: 'plain' | 'day_first' | 'month_first' | 'undecided' | 'contradictory';
  days_evidence: string;
  offsets: boolean;
  day_first: string[];
  month_first: string[];
}

export interface TableOffer {
  table: string;
  title: Text2;
  score: number;
  likely: boolean;
  reason: Text2;
}

export interface FieldOffer {
  field: string;
  title: Text2;
  type: string;
  needed: boolean;
}

export interface Trial {
  toml: string;
  problem: { text: Text2; mend: Text2; field: string; line: number } | null;
  missing: Text2[];
  recognised: boolean;
  counts: {
    read: number;
    new: number;
    updated: number;
    unchanged: number;
    quarantined: number;
    softened: number;
  } | null;
  whole: boolean;
  records: { table: string; fields: string[]; rows: string[][]; total: number }[];
  problems: { line: number; column: string; code: string; reason: Text2; raw: string }[];
}

export interface Proposal {
  file: string;
  rows: number;
  whole: boolean;
  columns: ProfiledColumn[];
  tables: TableOffer[];
  fields: FieldOffer[];
  draft: Draft;
  reasons: { confidence: number; reason: Text2 }[];
  notes: Text2[];
  trial: Trial;
}

/** The draft with a column fed into a field; whatever fed it before is kept as it is, and a key without a column goes. */
export function withField(draft: Draft, at: number, offer: FieldOffer | undefined): Draft {
  const field = offer?.field ?? '';
  const columns = draft.columns.map((column, index) => {
    if (index === at) {
      return field === column.field ? column : { ...column, field, type: offer?.type ?? 'text', values: {} };
    }
    return field && column.field === field ? { ...column, field: '', type: 'text', values: {} } : column;
  });
  const filled = new Set(columns.map((column) => column.field));
  const constants = { ...draft.constants };
  if (field) delete constants[field];
  return { ...draft, columns, constants, key: draft.key.filter((one) => filled.has(one)) };
}

export function withColumn(draft: Draft, at: number, change: Partial<DraftColumn>): Draft {
  return {
    ...draft,
    columns: draft.columns.map((column, index) => (index === at ? { ...column, ...change } : column)),
  };
}

export function withConstant(draft: Draft, field: string, value: string): Draft {
  const constants = { ...draft.constants };
  if (value) constants[field] = value;
  else delete constants[field];
  return { ...draft, constants };
}

const kAmounts = new Set(['money', 'micros']);
const kDays = new Set(['date', 'instant']);

/** What only a person can say of this file: each is asked where, and only where, the file leaves it open. */
export interface Doubts {
  /** Amounts without a currency: neither a column, a sign nor the draft names one. */
  currency: boolean;
  /** Stamps without an offset. */
  timeZone: boolean;
  /** Columns whose day and month could be taken for each other. */
  days: number[];
  /** Columns in which "1,234" may be a thousand or one and a bit. */
  numbers: number[];
}

export function doubtsOf(
  draft: Draft,
  profile: readonly ProfiledColumn[],
  fields: readonly FieldOffer[],
): Doubts {
  const doubts: Doubts = { currency: false, timeZone: false, days: [], numbers: [] };
  const hasCurrency = draft.columns.some((column) => column.field === 'currency');
  draft.columns.forEach((column, at) => {
    const from = profile[at];
    if (!column.field || !from) return;
    if (kAmounts.has(column.type) && from.holds !== 'money' && !hasCurrency) doubts.currency = true;
    if (column.type === 'instant' && !from.offsets) doubts.timeZone = true;
    if (kDays.has(column.type) && from.days === 'undecided') doubts.days.push(at);
    if (from.doubtful_numbers && !kDays.has(column.type)) doubts.numbers.push(at);
  });
  doubts.currency &&= fields.some((offer) => offer.field === 'currency');
  return doubts;
}

/** Which order of day and month the formats of a column say. */
export function dayOrder(column: DraftColumn, from: ProfiledColumn): '' | 'day' | 'month' {
  const first = column.formats[0];
  if (first !== undefined && from.day_first.includes(first)) return 'day';
  if (first !== undefined && from.month_first.includes(first)) return 'month';
  return '';
}

/** Formats for an order; those with a time of day only where the cells have one. */
export function formatsFor(order: string, from: ProfiledColumn): string[] {
  return order === 'day' ? from.day_first : order === 'month' ? from.month_first : [];
}

/** Fields of the table itself, and by the thing those that its rows may refer to. */
export function grouped(fields: readonly FieldOffer[]): { thing: string; offers: FieldOffer[] }[] {
  const groups: { thing: string; offers: FieldOffer[] }[] = [{ thing: '', offers: [] }];
  for (const offer of fields) {
    const [thing, rest] = offer.field.split('.');
    const of = rest === undefined || rest === 'clock' || rest === 'per_unit' ? '' : thing!;
    let group = groups.find((one) => one.thing === of);
    if (!group) groups.push((group = { thing: of, offers: [] }));
    group.offers.push(offer);
  }
  return groups;
}

/** A word for how sure a proposal is. */
export function sureness(confidence: number): 'high' | 'medium' | 'low' | 'none' {
  if (confidence <= 0) return 'none';
  return confidence >= 0.8 ? 'high' : confidence >= 0.55 ? 'medium' : 'low';
}

/** The upload that a title of the review belongs to: the file itself, or a part of it ("book.xlsx/March"). */
export function uploadOf<T extends { name: string }>(uploads: readonly T[], title: string): T | undefined {
  return (
    uploads.find((one) => one.name === title) ??
    uploads.find((one) => title.startsWith(`${one.name}/`) || title.startsWith(`${one.name}#`))
  );
}
