import { describe, expect, it } from 'vitest';
import type { Result } from '../api/types';
import { arrange } from './columns';
import { filesOf, isVisible } from './files';
import { readReview, total } from './review';

const column = (name: string) => ({ name, type: 'text' as const, unit: '' });

describe('readReview', () => {
  const result = {
    tables: {
      files: {
        key: ['file'],
        columns: ['file', 'source', 'state', 'score', 'read', 'new'].map(column),
        rows: [
          ['a.csv', 'stripe', 'recognised', 0.97, 10, 4],
          ['b.csv', null, 'unrecognised', 0.1, 0, 0],
        ],
      },
      columns: {
        key: [],
        columns: ['file', 'column', 'mapped_to'].map(column),
        rows: [
          ['a.csv', 'Id', 'invoice.id'],
          ['a.csv', 'Note', null],
        ],
      },
      problems: {
        key: [],
        columns: ['file', 'line', 'reason'].map(column),
        rows: [['a.csv', 14, 'no such date']],
      },
    },
  } as unknown as Result;

  it('puts columns and problems with their file', () => {
    const [first, second] = readReview(result);
    expect(first!.mapped.map((one) => one.column)).toEqual(['Id']);
    expect(first!.unmapped.map((one) => one.column)).toEqual(['Note']);
    expect(first!.problems).toMatchObject([{ line: 14, reason: { en: 'no such date' } }]);
    expect(second).toMatchObject({ state: 'unrecognised', mapped: [], problems: [] });
    expect(total([first!, second!], 'read')).toBe(10);
  });
});

describe('files', () => {
  it('leaves hidden files out', async () => {
    const files = [new File([''], '.DS_Store'), new File([''], 'deals.csv')];
    expect((await filesOf([null, null], files)).map((file) => file.name)).toEqual(['deals.csv']);
    expect(isVisible(files[0]!)).toBe(false);
  });
});

describe('arrange', () => {
  it('takes the named columns in order and passes over what is not there', () => {
    const table = { key: [], columns: ['a', 'b'].map(column), rows: [[1, 2]] };
    expect(arrange(table, ['b', 'x', 'a'])).toMatchObject({
      columns: [{ name: 'b' }, { name: 'a' }],
      rows: [[2, 1]],
    });
  });
});
