import { getContext, setContext } from 'svelte';
import { i18n } from '../i18n/index.svelte';

/** The two ledgers of the page: of money that leaks, and of money that could be won. They have one form and one life. */
export const kLedgers = ['leaks', 'openings'] as const;
export type LedgerId = (typeof kLedgers)[number];

const kKey = Symbol('ledger');

export function provideLedger(id: () => LedgerId): void {
  setContext(kKey, id);
}

export interface Ledger {
  readonly id: LedgerId;
  readonly words: (typeof i18n.t)['leaks'];
  /** Of its page. */
  readonly path: string;
}

export const pathOfLedger = (id: LedgerId): string => (id === 'leaks' ? '/leaks' : `/leaks/${id}`);

/** The ledger that a part of the page belongs to. */
export function useLedger(): Ledger {
  const id = getContext<(() => LedgerId) | undefined>(kKey) ?? ((): LedgerId => 'leaks');
  return {
    get id() {
      return id();
    },
    get words() {
      return i18n.t[id()];
    },
    get path() {
      return pathOfLedger(id());
    },
  };
}
