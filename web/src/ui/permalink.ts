import type { Result } from '../api/types';
import { i18n } from '../i18n/index.svelte';
import { toasts } from './toast.svelte';

/** An address that gives the very same figures: the moment and the data version of the result are written into it. */
export function permalink(result: Pick<Result, 'as_of' | 'data_version' | 'known_at'>): string {
  const address = new URL(location.href);
  if (result.as_of) address.searchParams.set('as_of', result.as_of);
  address.searchParams.set('known_at', String(result.known_at ?? result.data_version));
  return address.href;
}

/** The same within this server: path and query. */
export function permaplace(result: Pick<Result, 'as_of' | 'data_version' | 'known_at'>): string {
  const address = new URL(permalink(result));
  return address.pathname + address.search;
}

export async function copyText(text: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.say(said);
  } catch {
    toasts.say(`${i18n.t.copy.failed} ${text}`, 'failed');
  }
}
