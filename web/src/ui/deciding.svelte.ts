import { act, toProblem } from '../api/client';
import { settle } from '../api/jobs';
import { records, text } from '../api/table';
import type { Params } from '../api/types';
import { sentenceOf } from '../i18n/problem';
import { toasts } from './toast.svelte';

/** Actions of a card, one at a time; what they said or why they failed is told, and the last one can be taken back. */
export class Deciding {
  isBusy = $state(false);
  /** The id of what was decided last; '' where nothing was, or it was taken back. */
  decision = $state('');
  readonly #done: () => void;

  constructor(done: () => void) {
    this.#done = done;
  }

  async perform(action: string, params: Params, said: string): Promise<boolean> {
    this.isBusy = true;
    try {
      const result = await settle(await act(action, params));
      this.decision =
        action === 'decisions.undo' ? '' : text(records(result.tables['decision'])[0]?.['decision_id']);
      toasts.say(said);
      this.#done();
      return true;
    } catch (error) {
      toasts.say(sentenceOf(toProblem(error)), 'failed');
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  undo(said: string): Promise<boolean> {
    return this.perform('decisions.undo', { decision_id: this.decision }, said);
  }
}
