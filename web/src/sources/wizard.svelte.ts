import { act, isAbort, send, toProblem } from '../api/client';
import { settle } from '../api/jobs';
import type { Job, Problem } from '../api/types';
import type { Draft, FieldOffer, Proposal, Trial } from './wizard';

/** A mapping for one file that nothing recognises: proposed, finished by a person, tried, saved. */
export class MappingWizard {
  proposal = $state.raw<Proposal>();
  draft = $state.raw<Draft>();
  trial = $state.raw<Trial>();
  /** Whether the draft is what was tried last. */
  isTried = $state(false);
  busy = $state<'' | 'proposing' | 'trying' | 'saving'>('proposing');
  job = $state.raw<Job>();
  problem = $state.raw<Problem>();
  #abort = new AbortController();

  constructor(
    readonly upload: string,
    /** Title of the file or of its part, as the import shows it. */
    readonly title: string,
  ) {
    void this.propose('');
  }

  close(): void {
    this.#abort.abort();
  }

  /** Anew, for rows of that table. */
  async propose(table: string): Promise<void> {
    const source = table ? (this.draft?.source ?? '') : '';
    await this.#guarded('proposing', async (signal) => {
      const proposal = await this.#ask<Proposal>('proposal', { part: this.title, table, source }, signal);
      this.proposal = proposal;
      this.draft = proposal.draft;
      this.trial = proposal.trial;
      this.isTried = true;
    });
  }

  edit(draft: Draft): void {
    this.draft = draft;
    this.isTried = false;
  }

  async tryIt(): Promise<void> {
    await this.#guarded('trying', async (signal) => {
      this.trial = await this.#ask<Trial>('trial', { part: this.title, draft: this.draft }, signal);
      this.isTried = true;
    });
  }

  /** Tries what was not tried yet and saves it. Gives the name of the mapping, or nothing where it cannot be. */
  async save(replace = false): Promise<string> {
    if (!this.isTried) await this.tryIt();
    const { draft, trial } = this;
    if (!draft || !trial || trial.problem || this.problem) return '';
    let saved = '';
    await this.#guarded('saving', async (signal) => {
      await settle(await act('sources.map', { mapping: trial.toml, replace }, '', signal), undefined, signal);
      saved = `${draft.source}/${draft.object}`;
    });
    return saved;
  }

  offer(field: string): FieldOffer | undefined {
    return this.proposal?.fields.find((one) => one.field === field);
  }

  async #ask<T>(what: 'proposal' | 'trial', body: unknown, signal: AbortSignal): Promise<T> {
    const answer = await send<T>(`/uploads/${encodeURIComponent(this.upload)}/${what}`, body, signal);
    return settle<T>(answer, (job) => (this.job = job), signal);
  }

  async #guarded(
    busy: 'proposing' | 'trying' | 'saving',
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const { signal } = this.#abort;
    this.busy = busy;
    this.problem = undefined;
    try {
      await work(signal);
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      this.problem = toProblem(error);
    } finally {
      if (!signal.aborted) {
        this.busy = '';
        this.job = undefined;
      }
    }
  }
}
