import { afterEach, describe, expect, it, vi } from 'vitest';
import { batch } from './jobs';

afterEach(() => vi.restoreAllMocks());

describe('a batch', () => {
  const answers = { data_version: 3, results: [{ result: { tables: {} } }] };
  const served = (...responses: [number, unknown][]) => {
    const asked: string[] = [];
    vi.spyOn(globalThis, 'fetch').mockImplementation((path) => {
      asked.push(path as string);
      const [status, body] = responses[Math.min(asked.length, responses.length) - 1]!;
      return Promise.resolve(new Response(JSON.stringify(body), { status }));
    });
    return asked;
  };

  it('is the answers of all its questions', async () => {
    const asked = served([200, answers]);
    expect(await batch([{ id: 'status', params: {} }], {})).toEqual(answers);
    expect(asked).toEqual(['/api/v1/batch']);
  });

  it('is waited for where a busy server makes a job of it', async () => {
    const asked = served([202, { job: 'j1' }], [200, { id: 'j1', state: 'done', result: answers }]);
    expect(await batch([{ id: 'status', params: {} }], {})).toEqual(answers);
    expect(asked).toEqual(['/api/v1/batch', '/api/v1/jobs/j1']);
  });

  it('fails with the job, by the reason that it gives', async () => {
    const problem = { title: 'too large', status: 413, code: 'too_large', detail: 'the batch is too large' };
    served([202, { job: 'j1' }], [200, { id: 'j1', state: 'failed', problem }]);
    await expect(batch([{ id: 'status', params: {} }], {})).rejects.toMatchObject({ problem });
  });
});
