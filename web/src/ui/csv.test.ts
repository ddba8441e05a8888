import { describe, expect, it } from 'vitest';
import { toCsv } from './csv';

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
