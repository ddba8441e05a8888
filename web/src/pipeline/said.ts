import type { Formatter } from '../i18n/format';
import { i18n } from '../i18n/index.svelte';
import type { Said } from './pipeline';

/** A value of a deal as people read it; nothing where there was none. */
export function saidWords(said: Said | undefined, f: Formatter, width: 'short' | 'full' = 'full'): string {
  if (!said) return '';
  if (said.kind === 'money') return f.money(said.amount, said.currency, 'whole');
  if (said.kind === 'day') return width === 'short' ? f.period(said.text, 'day') : f.date(said.text);
  return i18n.t.codes.forecastCategories[said.text] ?? said.text;
}
