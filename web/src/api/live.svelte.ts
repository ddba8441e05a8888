import { SvelteMap } from 'svelte/reactivity';
import type { Job } from './types';

/** What the server says by itself: the version of the data, and the jobs that run. */
class Live {
  /** There was a connection, and now there is none; the browser tries again by itself. */
  isLost = $state(false);
  dataVersion = $state(0);
  readonly jobs = new SvelteMap<string, Job>();
  #source: EventSource | undefined;
  /** The browser has given up, which it does when the server refuses: whoever listened may have been signed out. */
  onrefused: () => void = () => undefined;

  open(): void {
    if (this.#source) return;
    const source = new EventSource('/api/v1/live');
    this.#source = source;
    source.onopen = () => (this.isLost = false);
    source.onerror = () => {
      this.isLost = source.readyState !== EventSource.OPEN;
      if (source.readyState !== EventSource.CLOSED) return;
      this.close();
      this.onrefused();
    };
    source.addEventListener('hello', (event) => this.#readVersion(event));
    source.addEventListener('data', (event) => this.#readVersion(event));
    source.addEventListener('job', (event) => {
      const job = parse<Job>(event);
      if (job?.id) this.jobs.set(job.id, job);
    });
  }

  close(): void {
    this.#source?.close();
    this.#source = undefined;
  }

  #readVersion(event: MessageEvent<string>): void {
    const version = parse<{ data_version?: number }>(event)?.data_version;
    if (typeof version === 'number' && version > this.dataVersion) this.dataVersion = version;
  }
}

function parse<T>(event: MessageEvent<string>): T | undefined {
  try {
    return JSON.parse(event.data) as T;
  } catch {
    return undefined;
  }
}

export const live = new Live();
