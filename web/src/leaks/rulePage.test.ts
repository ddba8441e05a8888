import { describe, expect, it } from 'vitest';
import { blocksOf, fileOfLink, hasPage, piecesOf, readPage, ruleOfLink } from './rulePage';

describe('the page of a rule', () => {
  it('is read into headings, paragraphs that go over lines, lists and code', () => {
    const blocks = blocksOf(
      '# Stuck\n\nOne line\nand its end.\n\n- first\n  goes on\n- second\n```\nSELECT 1\n  FROM t\n```\n',
    );
    expect(blocks.map((one) => [one.kind, one.pieces.map((piece) => piece.text).join('')])).toEqual([
      ['heading', 'Stuck'],
      ['paragraph', 'One line and its end.'],
      ['item', 'first goes on'],
      ['item', 'second'],
      ['code', 'SELECT 1\n  FROM t'],
    ]);
  });

  it('tells bold words, code and links from text', () => {
    expect(piecesOf('**Money.** `a x b`, see [`leaks`](../leaks.md).')).toEqual([
      { kind: 'bold', text: 'Money.' },
      { kind: 'text', text: ' ' },
      { kind: 'code', text: 'a x b' },
      { kind: 'text', text: ', see ' },
      { kind: 'link', text: 'leaks', to: '../leaks.md' },
      { kind: 'text', text: '.' },
    ]);
  });

  it('is there for each rule of the program, and for no other', async () => {
    expect(hasPage('stuck_deal')).toBe(true);
    expect(hasPage('README')).toBe(false);
    expect(hasPage('my_own')).toBe(false);
    const [title] = await readPage('stuck_deal');
    expect(title).toMatchObject({ kind: 'heading' });
    expect(ruleOfLink('stuck_deal.md')).toBe('stuck_deal');
    expect(ruleOfLink('../add-a-leak-rule.md')).toBeUndefined();
    expect(fileOfLink('../add-a-leak-rule.md')).toBe('docs/add-a-leak-rule.md');
    expect(fileOfLink('stuck_deal.md')).toBeUndefined();
  });
});
