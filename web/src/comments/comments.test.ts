import { describe, expect, it } from 'vitest';
import { mentionsIn, readComments } from './comments';

describe('comments', () => {
  it('name accounts, each once, and take no e-mail for one', () => {
    expect(mentionsIn('@ann, see what @bob.smith said. @ann?')).toEqual(['ann', 'bob.smith']);
    expect(mentionsIn('Спросите @аня-к!')).toEqual(['аня-к']);
    expect(mentionsIn('write to ann@acme.example')).toEqual([]);
    expect(mentionsIn('@ @, nobody')).toEqual([]);
  });

  it('are read from the table of the server', () => {
    const names = ['id', 'place', 'text', 'author', 'written_at', 'is_removable'];
    const columns = names.map((name) => ({ name, type: 'text' as const, unit: '' }));
    const rows = [[3, null, 'Why so low?', 'ann', '2026-01-02T03:04:05Z', true]];
    expect(readComments({ key: ['id'], columns, rows })).toEqual([
      {
        id: 3,
        place: '',
        text: 'Why so low?',
        author: 'ann',
        writtenAt: '2026-01-02T03:04:05Z',
        isRemovable: true,
      },
    ]);
    expect(readComments(undefined)).toEqual([]);
  });
});
