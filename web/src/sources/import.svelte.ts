import { act, isAbort, remove, toProblem, upload } from '../api/client';
import { settle } from '../api/jobs';
import type { Job, Params, Problem, Result, Upload } from '../api/types';
import { nameOf } from './files';
import { uploadOf } from './wizard';
import { MappingWizard } from './wizard.svelte';

export type Step = 'idle' | 'sending' | 'checking' | 'review' | 'importing' | 'done' | 'failed';

/** One import from the drop to its result: send, dry run, look, import. Nothing is written before the last step. */
export class ImportFlow {
  step = $state<Step>('idle');
  names = $state.raw<string[]>([]);
  sentFiles = $state(0);
  sentShare = $state(0);
  job = $state.raw<Job>();
  review = $state.raw<Result>();
  result = $state.raw<Result>();
  problem = $state.raw<Problem>();
  mapping = $state('');
  exportedAt = $state('');
  /** Open while a mapping is made for one of the files. */
  wizard = $state.raw<MappingWizard>();
  #uploads: Upload[] = [];
  #abort = new AbortController();

  async begin(files: File[]): Promise<void> {
    if (!files.length) return;
    this.reset();
    this.names = files.map(nameOf);
    this.step = 'sending';
    await this.#guarded(async () => {
      await this.#send(files);
      await this.#check();
    });
  }

  /** The dry run again, with another mapping or date. */
  async checkAgain(): Promise<void> {
    await this.#guarded(() => this.#check());
  }

  async commit(): Promise<void> {
    this.step = 'importing';
    await this.#guarded(async () => {
      this.result = await this.#ask(false);
      this.step = 'done';
    });
  }

  /** Opens the wizard for a file of the review. */
  map(title: string): void {
    const sent = uploadOf(this.#uploads, title);
    if (sent) this.wizard = new MappingWizard(sent.upload, title);
  }

  unmap(): void {
    this.wizard?.close();
    this.wizard = undefined;
  }

  /** Saves what the wizard has. A file alone is imported at once; of several, all are looked at again. */
  async saveMapping(replace: boolean, isAlone: boolean): Promise<string> {
    const { wizard } = this;
    const saved = (await wizard?.save(replace)) ?? '';
    if (!wizard || !saved) return '';
    const isRecognised = wizard.trial?.recognised ?? false;
    this.unmap();
    if (isAlone) {
      if (!isRecognised) this.mapping = saved;
      await this.commit();
    } else {
      await this.checkAgain();
    }
    return saved;
  }

  reset(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    // What was not imported is not kept.
    for (const sent of this.#uploads) void remove(`/uploads/${sent.upload}`).catch(() => undefined);
    this.#uploads = [];
    this.wizard?.close();
    this.wizard = undefined;
    this.step = 'idle';
    this.names = [];
    this.sentFiles = 0;
    this.sentShare = 0;
    this.job = undefined;
    this.review = undefined;
    this.result = undefined;
    this.problem = undefined;
    this.mapping = '';
    this.exportedAt = '';
  }

  async #send(files: File[]): Promise<void> {
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    let before = 0;
    for (const file of files) {
      const sent = await upload(
        file,
        nameOf(file),
        (now) => (this.sentShare = bytes ? (before + now) / bytes : 1),
        this.#abort.signal,
      );
      this.#uploads.push(sent);
      this.sentFiles += 1;
      before += file.size;
    }
  }

  async #check(): Promise<void> {
    this.step = 'checking';
    this.review = await this.#ask(true);
    this.step = 'review';
  }

  async #ask(isDryRun: boolean): Promise<Result> {
    const params: Params = {
      uploads: this.#uploads.map((sent) => sent.upload),
      dry_run: isDryRun,
      ...(this.mapping && { mapping: this.mapping }),
      ...(this.exportedAt && { exported_at: this.exportedAt }),
    };
    const { signal } = this.#abort;
    const answer = await act('sources.import', params, '', signal);
    return settle(answer, (job) => (this.job = job), signal);
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    const { signal } = this.#abort;
    try {
      await work();
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      this.problem = toProblem(error);
      // A cancelled import leaves what was recognised in view, to be begun again.
      this.step = this.problem.code === 'cancelled' && this.review ? 'review' : 'failed';
    } finally {
      if (!signal.aborted) this.job = undefined;
    }
  }
}
