import { describe, expect, it } from 'vitest';
import { keptFetch } from './kept';

const kept = {
  lang: 'en' as const,
  query: '',
  answers: { pulse: { data_version: 7, tables: {} }, status: { data_version: 7 }, catalog: { analyses: [] } },
};

describe('a kept report', () => {
  const ask = keptFetch(kept);

  it('answers a question whatever its parameters', async () => {
    const answer = await ask('/api/v1/pulse?from=2026-01-01');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual(kept.answers.pulse);
  });

  it('answers a batch in its order and says what it does not hold', async () => {
    const body = JSON.stringify({ requests: [{ id: 'status' }, { id: 'sources' }] });
    const answer = await (await ask('/api/v1/batch', { method: 'POST', body })).json();
    expect(answer.data_version).toBe(7);
    expect(answer.results[0].result).toEqual(kept.answers.status);
    expect(answer.results[1].status).toBe(404);
  });

  it('may do nothing', async () => {
    expect((await (await ask('/api/v1/session')).json()).rights).toEqual([]);
    expect((await ask('/api/v1/sources.undo', { method: 'POST' })).status).toBe(404);
  });
});
