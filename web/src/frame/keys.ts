import { filters } from '../router/filters.svelte';
import { router } from '../router/router.svelte';
import type { Page } from './pages';

const kChordMs = 1200;

/** Calls of the page that keys reach: a page with a chart registers how to toggle it. */
export const pageKeys: { toggleTable?: (() => void) | undefined; permalink?: (() => void) | undefined } = {};

/** Listens for the keys of the whole application; returns how to stop. */
export function listenToKeys(
  pages: readonly Page[],
  calls: { search: () => void; list: () => void },
): () => void {
  let chordAt = 0;
  const onKey = (event: KeyboardEvent): void => {
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.composedPath()[0] ?? null)) return;
    if (document.querySelector('dialog[open]')) return;
    const key = event.key.toLowerCase();
    if (chordAt && event.timeStamp - chordAt < kChordMs) {
      chordAt = 0;
      const page = pages.find((one) => one.key === key);
      if (page) {
        event.preventDefault();
        router.go(filters.href(page.path));
      }
      return;
    }
    chordAt = key === 'g' ? event.timeStamp : 0;
    const call = { '/': calls.search, '?': calls.list, t: pageKeys.toggleTable, y: pageKeys.permalink }[key];
    if (!call) return;
    event.preventDefault();
    call();
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isText =
    target instanceof HTMLInputElement &&
    !['checkbox', 'radio', 'range', 'button', 'file'].includes(target.type);
  return (
    isText ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    target.isContentEditable
  );
}
