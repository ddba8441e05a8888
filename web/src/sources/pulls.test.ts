import { expect, test } from 'vitest';
import type { Column, Result } from '../api/types';
import { objectsOf, readPulls } from './pulls';

const columns = (names: string[]): Column[] =>
  names.map((name) => ({ name, type: 'text', unit: '' }) as Column);

test('a pull that is due already is late, and one that failed stays a failure', () => {
  const table = {
    key: ['source'],
    columns: columns(['source', 'kind', 'state', 'due_at']),
    rows: [
      ['stripe', 'api', 'ok', '2026-01-02T00:00:00Z'],
      ['zendesk', 'api', 'failing', '2026-01-02T00:00:00Z'],
      ['lake', 'bucket', 'ok', '2026-01-04T00:00:00Z'],
      ['hubspot', 'api', 'ok', null],
    ],
  };
  const states = readPulls(table, new Date('2026-01-03T00:00:00Z')).map((one) => one.state);
  expect(states).toEqual(['late', 'failing', 'ok', 'ok']);
});

test('the objects of a pull have the reason in one language', () => {
  const result = {
    tables: {
      objects: {
        key: ['source', 'object'],
        columns: columns(['source', 'object', 'reason', 'reason_ru']),
        rows: [
          ['stripe', 'invoice', 'no right', 'нет права'],
          ['zendesk', 'ticket', null, null],
        ],
      },
    },
  } as unknown as Result;
  const table = objectsOf(result, 'stripe', 'ru');
  expect(table?.columns.map((one) => one.name)).toEqual(['object', 'reason']);
  expect(table?.rows).toEqual([['invoice', 'нет права']]);
});
