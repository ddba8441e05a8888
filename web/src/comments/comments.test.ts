import { describe, expect, it } from 'vitest';
import { countsByMetric, mentionsIn, readComments } from './comments';

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
    const rows = [
      [3, null, 'Why so low?', 'ann', '2026-01-02T03:04:05Z', true],
      [4, null, null, 'bob', '2026-01-02T03:04:05Z', false],
    ];
    const read = readComments({ key: ['id'], columns, rows });
    expect(read[1]).toMatchObject({ id: 4, text: '', isMasked: true });
    expect(read.slice(0, 1)).toEqual([
      {
        id: 3,
        place: '',
        text: 'Why so low?',
        isMasked: false,
        author: 'ann',
        writtenAt: '2026-01-02T03:04:05Z',
        isRemovable: true,
      },
    ]);
    expect(readComments(undefined)).toEqual([]);
  });

  it('are counted by metric, those of records aside', () => {
    const columns = [{ name: 'subject', type: 'text' as const, unit: '' }];
    const rows = [['metric:won_amount'], ['deal:1'], ['metric:leads'], ['metric:won_amount']];
    expect([...countsByMetric({ key: ['subject'], columns, rows })]).toEqual([
      ['won_amount', 2],
      ['leads', 1],
    ]);
  });
});
