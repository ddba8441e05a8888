// The result form of the HTTP contract, and what imports change in the made-up company.
import { kAsOf } from './mock-company.mjs';

/** What imports and their undoing change. */
export const state = { isEmpty: false, version: 0, undone: new Set(), uploads: new Map() };

export const column = (name, type, unit = '', en = name, ru = en) => ({
  name,
  type,
  unit,
  title: { en, ru },
});
export const table = (key, columns, rows) => ({
  key,
  columns,
  rows,
  total_rows: rows.length,
  next_cursor: null,
});

export function result(id, params, tables, more = {}) {
  return {
    analysis: id,
    definition: { id, version: 1 },
    params,
    scope: null,
    as_of: params.as_of ?? kAsOf,
    known_at: state.version,
    data_version: state.version,
    currency: 'EUR',
    seed: 0,
    history: 'complete',
    warnings: [],
    tables,
    ...more,
  };
}

export class Refusal extends Error {
  constructor(status, code, title, detail, extra = {}) {
    super(detail);
    this.body = { type: `/errors/${code}`, title, status, detail, code, request_id: 'mock-4711', ...extra };
  }
}
