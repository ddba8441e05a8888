import { untrack } from 'svelte';
import { isAbort, run, toProblem } from './client';
import { settle } from './jobs';
import type { Cell, Job, Params, Problem, Result, Table } from './types';

/** How many rows a request asks for; a table asks again as it is scrolled. */
export const kPageRows = 500;
const kCsvRows = 20_000;

/** How many rows of people who refused to be reached a list lacks. */
export function refusedIn(result: Result, table: string): number {
  const warning = result.warnings.find((one) => one.code === 'no_consent' && one.params?.['table'] === table);
  return Number(warning?.params?.['rows'] ?? 0);
}

/** One table of an answer, page by page. Make a new one when the question changes. */
export class PagedTable {
  result = $state.raw<Result>();
  rows = $state.raw<Cell[][]>([]);
  problem = $state.raw<Problem>();
  job = $state.raw<Job>();
  loading = $state(true);
  #cursor = $state.raw<string | null>(null);
  #sort: string | undefined;
  #abort = new AbortController();

  constructor(
    readonly id: string,
    readonly params: Params,
    readonly name: string,
    first?: Result,
  ) {
    if (first) {
      this.#take(first, false);
      this.loading = false;
    } else void this.#load(false);
  }

  get table(): Table | undefined {
    const table = this.result?.tables[this.name];
    return table && { ...table, rows: this.rows, next_cursor: this.#cursor };
  }

  more = (): void => {
    if (!this.loading && this.#cursor) void this.#load(true);
  };

  sort = (by: { column: string; isDescending: boolean } | undefined): void => {
    this.#sort = by && `${by.isDescending ? '-' : ''}${by.column}`;
    void this.#load(false);
  };

  /** Every row of the table, whatever is loaded, to be saved as a list: without people who refused to be reached. */
  all = async (): Promise<Table> => {
    const params = { ...this.params, table: this.name, sort: this.#sort, limit: kCsvRows, export: true };
    const rows: Cell[][] = [];
    let cursor: string | null | undefined;
    let table: Table | undefined;
    let refused = 0;
    do {
      const result = await settle(await run(this.id, { ...params, cursor }));
      table = result.tables[this.name];
      refused = refusedIn(result, this.name);
      rows.push(...(table?.rows ?? []));
      cursor = table?.next_cursor;
    } while (cursor);
    return { ...(table ?? { key: [], columns: [] }), rows, next_cursor: null, refused };
  };

  stop(): void {
    this.#abort.abort();
  }

  async #load(isMore: boolean): Promise<void> {
    this.loading = true;
    const { signal } = this.#abort;
    const params = {
      ...this.params,
      table: this.name,
      sort: this.#sort,
      limit: kPageRows,
      ...(isMore && { cursor: this.#cursor }),
    };
    try {
      const result = await settle(await run(this.id, params, signal), (job) => (this.job = job), signal);
      this.#take(result, isMore);
      this.problem = undefined;
    } catch (error) {
      if (isAbort(error)) return;
      this.problem = toProblem(error);
    }
    this.job = undefined;
    this.loading = false;
  }

  #take(result: Result, isMore: boolean): void {
    const table = result.tables[this.name];
    this.result = result;
    this.rows = isMore ? [...this.rows, ...(table?.rows ?? [])] : (table?.rows ?? []);
    this.#cursor = table?.next_cursor ?? null;
  }
}

/** What is asked by a page that has one table: a new question starts at once, the old answer stays in view until then. */
export class PagedQuery {
  #current = $state.raw<PagedTable>();
  #shown = $state.raw<PagedTable>();
  #again = $state(0);

  /** `ask` reads its reactive inputs; undefined means: nothing to ask yet. */
  constructor(ask: () => { id: string; params: Params; name: string } | undefined) {
    $effect(() => {
      void this.#again;
      const question = ask();
      if (!question) return undefined;
      const pages = untrack(() => new PagedTable(question.id, question.params, question.name));
      this.#current = pages;
      return () => pages.stop();
    });
    $effect(() => {
      if (this.#current?.result || this.#current?.problem) this.#shown = this.#current;
    });
  }

  /** The newest answer that is there. */
  get pages(): PagedTable | undefined {
    return this.#shown;
  }

  get job(): Job | undefined {
    return this.#current?.job;
  }

  get stale(): boolean {
    return this.#shown !== undefined && (this.#shown !== this.#current || this.#shown.loading);
  }

  reload = (): void => {
    this.#again += 1;
  };
}
