import { describe, expect, it } from 'vitest';

import type { CatalogEntry, Table } from '../api/types';
import { fieldsOf, paramsOf, readEntries, readPreview } from './registers';

const tableOf = (row: Record<string, unknown>): Table =>
  ({
    key: ['id'],
    columns: Object.keys(row).map((name) => ({ name, type: 'text', unit: '' })),
    rows: [Object.values(row)],
  }) as unknown as Table;

const texts = { en: 'x', ru: 'х' };

describe('registers', () => {
  it('are read with what they lack; a goal without a name is called by its metric', () => {
    const row = {
      id: '3',
      name: null,
      metric: 'won_amount',
      stages: '["Offer","Contract"]',
      parts: 2,
      parts_difference: '-10.5',
      needs: 'no_owner, parts_differ',
      origin: 'register',
    };
    const [entry] = readEntries('goals', tableOf(row), ['name', 'metric', 'stages', 'owner']);
    expect(entry).toMatchObject({
      name: 'won_amount',
      fields: { metric: 'won_amount', stages: ['Offer', 'Contract'] },
      partsDifference: -10.5,
      needs: ['no_owner', 'parts_differ'],
      isEntered: true,
    });
    expect(readEntries('goals', undefined, [])).toEqual([]);
  });

  it('have forms of what the server declares, and send every field', () => {
    const entry = (names: string[]): CatalogEntry =>
      ({
        parameters: names.map((name) => ({ name, help: texts })),
        tables: [{ columns: names.map((name) => ({ name, titles: texts })) }],
      }) as unknown as CatalogEntry;
    const fields = fieldsOf(entry(['id', 'name', 'stages']), entry(['id', 'name', 'stages', 'period']));
    expect(fields.map((one) => one.name)).toEqual(['name', 'stages']);
    expect(paramsOf(fields, { name: ' Sale ', stages: 'Offer\n\n Contract, signed ' }, '7')).toEqual({
      id: 7,
      name: 'Sale',
      stages: ['Offer', 'Contract, signed'],
    });
    expect(paramsOf(fields, {}, '')).toEqual({ name: '', stages: [] });
  });

  it('name the refused lines of a sheet', () => {
    const lines = tableOf({
      line: 4,
      verdict: 'refused',
      column: 'Target',
      why: "'x' is not a number",
      why_ru: 'нет',
      changes: null,
    });
    expect(readPreview({ tables: { lines } } as never)).toEqual([
      {
        line: 4,
        verdict: 'refused',
        column: 'Target',
        why: { en: "'x' is not a number", ru: 'нет' },
        name: '',
        changes: [],
      },
    ]);
  });
});
