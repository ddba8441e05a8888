/** The page of a rule in the documentation, as far as such pages go: headings, paragraphs, lists, code. */
export interface Piece {
  kind: 'text' | 'bold' | 'code' | 'link';
  text: string;
  /** Of a link. */
  to?: string;
}
export interface Block {
  kind: 'heading' | 'paragraph' | 'item' | 'code';
  pieces: Piece[];
}

// Each page is a chunk of its own that comes when it is read.
const kPages = import.meta.glob<string>(['../../../docs/leaks/*.md', '../../../docs/openings/*.md'], {
  query: '?raw',
  import: 'default',
});

// No rule of one ledger is called as one of the other.
const pathOf = (rule: string): string => {
  const path = `../../../docs/leaks/${rule}.md`;
  return path in kPages ? path : `../../../docs/openings/${rule}.md`;
};

/** Whether the documentation has a page of the rule; those of a workspace have none. */
export const hasPage = (rule: string): boolean => rule !== 'README' && pathOf(rule) in kPages;

export async function readPage(rule: string): Promise<Block[]> {
  return blocksOf((await kPages[pathOf(rule)]?.()) ?? '');
}

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let isOpen = false; // what the next line goes on with
  let isCode = false;
  const add = (kind: Block['kind'], text: string): void => {
    blocks.push({ kind, pieces: kind === 'code' ? [{ kind: 'text', text }] : piecesOf(text) });
  };
  let gathered = '';
  let gatheredAs: Block['kind'] = 'paragraph';
  const close = (): void => {
    if (isOpen) add(gatheredAs, gathered);
    isOpen = false;
    gathered = '';
  };
  const open = (kind: Block['kind'], text: string): void => {
    close();
    gatheredAs = kind;
    gathered = text;
    isOpen = true;
  };
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) {
      if (isCode) close();
      else open('code', '');
      isCode = !isCode;
    } else if (isCode) gathered += gathered ? `\n${line}` : line;
    else if (!line.trim()) close();
    else if (line.startsWith('#')) {
      close();
      add('heading', line.replace(/^#+\s*/, ''));
    } else if (/^\s*[-*] /.test(line)) open('item', line.replace(/^\s*[-*] /, ''));
    else if (isOpen) gathered += ` ${line.trim()}`;
    else open('paragraph', line.trim());
  }
  close();
  return blocks;
}

const kInline = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^)]+)\)/g;

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(kInline)) {
    if (match.index > from) pieces.push({ kind: 'text', text: text.slice(from, match.index) });
    const [whole, bold, code, link, to] = match;
    if (bold !== undefined) pieces.push({ kind: 'bold', text: bold });
    else if (code !== undefined) pieces.push({ kind: 'code', text: code });
    else pieces.push({ kind: 'link', text: (link ?? '').replaceAll('`', ''), to: to ?? '' });
    from = match.index + whole.length;
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces;
}

/** The rule whose page a link leads to; nothing where it leads elsewhere in the documentation. */
export function ruleOfLink(to: string): string | undefined {
  const rule = /^([a-z_0-9]+)\.md$/.exec(to)?.[1];
  return rule !== undefined && hasPage(rule) ? rule : undefined;
}

/** The file of the documentation that a link leads to: these pages have no address in the browser. */
export function fileOfLink(to: string): string | undefined {
  const name = /^(?:\.\.\/)+([\w./-]+\.md)$/.exec(to)?.[1];
  return name && `docs/${name}`;
}
