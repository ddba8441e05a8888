import { number, records, text } from '../api/table';
import type { Result, Table } from '../api/types';

export interface Pull {
  source: string;
  kind: string;
  /** never, ok, failing, unfinished; late where it is due already. */
  state: string;
  records: number | null;
  objects: number;
  failed: number;
  beganAt: string;
  endedAt: string;
  succeededAt: string;
  knownTo: string;
  dueAt: string;
  reason: { en: string; ru: string };
}

/** `now` is the reader's clock: the server tells when a pull is due, not whether it is late. */
export function readPulls(table: Table | undefined, now: Date): Pull[] {
  return records(table).map((row) => {
    const dueAt = text(row['due_at']);
    const state = text(row['state']);
    return {
      source: text(row['source']),
      kind: text(row['kind']),
      state: state === 'ok' && dueAt && Date.parse(dueAt) < now.getTime() ? 'late' : state,
      records: number(row['records']),
      objects: number(row['objects']) ?? 0,
      failed: number(row['failed']) ?? 0,
      beganAt: text(row['began_at']),
      endedAt: text(row['ended_at']),
      succeededAt: text(row['succeeded_at']),
      knownTo: text(row['known_to']),
      dueAt,
      reason: { en: text(row['reason']), ru: text(row['reason_ru']) },
    };
  });
}

/** The objects of one pull, without its name, and with the reason in the language of the page. */
export function objectsOf(result: Result, source: string, lang: string): Table | undefined {
  const table = result.tables['objects'];
  if (!table) return undefined;
  const hidden = ['source', lang === 'ru' ? 'reason' : 'reason_ru'];
  const kept = table.columns.flatMap((column, at) => (hidden.includes(column.name) ? [] : [at]));
  const at = table.columns.findIndex((column) => column.name === 'source');
  return {
    ...table,
    key: ['object'],
    columns: kept
      .map((one) => table.columns[one]!)
      .map((column) => (column.name === 'reason_ru' ? { ...column, name: 'reason' } : column)),
    rows: table.rows.filter((row) => row[at] === source).map((row) => kept.map((one) => row[one] ?? null)),
  };
}
