import type { Text2 } from '../api/types';
import { en, type Messages } from './en';
import { Formatter, type Lang } from './format';

const kKey = 'weir.lang';

class I18n {
  lang = $state<Lang>('en');
  t = $state.raw<Messages>(en);
  timeZone = $state('UTC');
  currency = $state('XXX');
  f = $derived(new Formatter(this.lang, this.timeZone, this.currency));

  /** Takes the language chosen earlier, else the browser's. */
  async start(): Promise<void> {
    await this.set(
      remembered() ?? (navigator.languages.some((tag) => tag.startsWith('ru')) ? 'ru' : 'en'),
      false,
    );
  }

  async set(lang: Lang, remember = true): Promise<void> {
    // Russian is a chunk of its own: whoever reads English does not load it.
    this.t = lang === 'ru' ? (await import('./ru')).ru : en;
    this.lang = lang;
    document.documentElement.lang = lang;
    if (remember) store(lang);
  }

  /** Texts of a page that come with it, in both languages, and not with the first load. */
  of<T>(texts: Record<Lang, T>): T {
    return texts[this.lang];
  }

  pick(texts: Text2 | undefined, fallback = ''): string {
    return texts?.[this.lang] || texts?.en || fallback;
  }
}

function remembered(): Lang | undefined {
  try {
    const lang = localStorage.getItem(kKey);
    return lang === 'ru' || lang === 'en' ? lang : undefined;
  } catch {
    return undefined;
  }
}

function store(lang: Lang): void {
  try {
    localStorage.setItem(kKey, lang);
  } catch {
    // Storage may be forbidden; the choice then lasts until the page is closed.
  }
}

export const i18n = new I18n();
