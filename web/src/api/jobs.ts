import { ApiError, clean, job as fetchJob, run, send, type Answer } from './client';
import { live } from './live.svelte';
import type { At, BatchRequest, BatchResult, Job, Params, Result } from './types';

const kPollMs = 700;

/** Waits for an answer that may be a job; `onJob` is told of each step. Aborting stops the waiting, not the job. */
export async function settle<T = Result>(
  answer: Answer<T>,
  onJob?: (job: Job) => void,
  signal?: AbortSignal,
): Promise<T> {
  if (answer.kind === 'done') return answer.value;
  for (;;) {
    const job = await fetchJob(answer.job, signal);
    onJob?.(job);
    live.jobs.set(job.id, job);
    if (job.state === 'done' && job.result) return job.result as T;
    if (job.state !== 'running') throw new ApiError(failure(job));
    await pause(kPollMs, signal);
  }
}

/** What an analysis answers, at once or as a job. */
export function ask(
  id: string,
  params: Params,
  { signal, onJob }: { signal?: AbortSignal; onJob?: (job: Job) => void } = {},
): Promise<Result> {
  return run(id, params, signal).then((answer) => settle(answer, onJob, signal));
}

/** A page's questions of one data version; a server that is busy answers them all as one job. */
export async function batch(requests: BatchRequest[], at: At, signal?: AbortSignal): Promise<BatchResult> {
  const body = { requests: requests.map((one) => ({ id: one.id, params: clean(one.params) })), ...at };
  return settle(await send<BatchResult>('/batch', body, signal), undefined, signal);
}

function failure(job: Job) {
  if (job.problem) return job.problem;
  const code = job.state === 'cancelled' ? 'cancelled' : 'bug';
  return {
    title: job.title,
    status: job.state === 'cancelled' ? 499 : 500,
    code,
    detail: job.message ?? job.state,
  };
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new DOMException('aborted', 'AbortError'));
    });
  });
}
