import { describe, expect, it } from 'vitest';
import { allowedRows, toCsv } from './csv';

const column = (name: string) => ({ name, type: 'text' as const, unit: '' });

describe('toCsv', () => {
  it('quotes what needs it and ends lines as RFC 4180 says', () => {
    const table = {
      columns: [column('name'), column('note')],
      rows: [
        ['Alder, Works', 'said "yes"'],
        ['Брод', 'two\nlines'],
      ],
    };
    expect(toCsv(table)).toBe('name,note\r\n"Alder, Works","said ""yes"""\r\nБрод,"two\nlines"\r\n');
  });

  it('leaves numbers alone and disarms formulas', () => {
    const table = {
      columns: [column('a'), column('b'), column('c')],
      rows: [
        [-12.5, '=HYPERLINK("x")', null],
        ['+1', '@cmd', true],
      ],
    };
    expect(toCsv(table)).toBe('a,b,c\r\n-12.5,"\'=HYPERLINK(""x"")",\r\n\'+1,\'@cmd,true\r\n');
  });
});

describe('allowedRows', () => {
  const columns = [{ name: 'person_id', type: 'text' as const, unit: '' }];
  const people = { key: ['person_id'], columns, rows: [['a'], ['b'], ['c']] };
  const refusing = async () => ({ ...people, rows: [['a'], ['c']], refused: 1 });

  it('leaves out who refused, and keeps the order and the search of the page', async () => {
    const saved = await allowedRows(people, [['c'], ['b']], refusing);
    expect(saved.rows).toEqual([['c']]);
    expect(saved.refused).toBe(1);
  });

  it('asks nothing of rows that are no people', async () => {
    const deals = { ...people, key: ['deal_id'] };
    const never = () => Promise.reject(new Error('asked'));
    expect((await allowedRows(deals, deals.rows, never)).rows).toEqual(deals.rows);
  });

  it('takes the answer of the server where rows have no key, or are not all here', async () => {
    const query = { ...people, key: [] };
    expect((await allowedRows(query, query.rows, refusing)).rows).toEqual([['a'], ['c']]);
    const part = { ...people, next_cursor: '3' };
    expect((await allowedRows(part, part.rows, refusing)).rows).toEqual([['a'], ['c']]);
  });
});
