import { isAbort, toProblem } from './client';
import type { Job, Problem } from './types';

/** Asks again whenever what `ask` reads changes. The old answer stays in view, marked as stale, until the new one is there. */
export class Query<T> {
  data = $state.raw<T>();
  problem = $state.raw<Problem>();
  job = $state.raw<Job>();
  loading = $state(true);
  #again = $state(0);

  /** `ask` must read its reactive inputs before its first await; undefined means: nothing to ask yet. */
  constructor(ask: (context: { signal: AbortSignal; onJob: (job: Job) => void }) => Promise<T> | undefined) {
    $effect(() => {
      void this.#again;
      const abort = new AbortController();
      const asked = ask({ signal: abort.signal, onJob: (job) => (this.job = job) });
      if (asked) {
        this.loading = true;
        void this.#take(asked, abort.signal);
      }
      return () => abort.abort();
    });
  }

  /** Loading with an earlier answer still shown. */
  get stale(): boolean {
    return this.loading && this.data !== undefined;
  }

  reload = (): void => {
    this.#again += 1;
  };

  async #take(asked: Promise<T>, signal: AbortSignal): Promise<void> {
    try {
      const data = await asked;
      if (signal.aborted) return;
      this.data = data;
      this.problem = undefined;
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      this.problem = toProblem(error);
      this.data = undefined;
    }
    this.loading = false;
    this.job = undefined;
  }
}
