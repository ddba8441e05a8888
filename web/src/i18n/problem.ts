import type { Problem, Warning } from '../api/types';
import { text } from '../api/table';
import { i18n } from './index.svelte';

export interface Told {
  title: string;
  detail: string;
  hint: string;
}

/** What a problem says in the language of the page. The page has names of its own for the codes. */
export function told(problem: Problem): Told {
  const words = problem.words?.[i18n.lang] ?? problem;
  return {
    title: i18n.t.state.codes[problem.code] ?? words.title,
    detail: begun(words.detail ?? ''),
    hint: words.hint ?? '',
  };
}

/** As a sentence begins. In Russian a Latin word is the name of something, and names stay as they are. */
function begun(sentence: string): string {
  const isOurs = i18n.lang === 'ru' ? /^[а-яё]/ : /^[a-z]/;
  return isOurs.test(sentence) ? sentence.charAt(0).toUpperCase() + sentence.slice(1) : sentence;
}

/** The same as one line, for a message that goes by or the place below a field. */
export function sentenceOf(problem: Problem): string {
  const { title, detail, hint } = told(problem);
  return [detail || title, hint].filter(Boolean).join('. ');
}

/** In words of the page where it has some for the code, else as the server says it in its language. */
export function warningOf(warning: Warning): string {
  const params = Object.fromEntries(
    Object.entries(warning.params ?? {}).map(([name, cell]) => [name, text(cell)]),
  );
  const said = (i18n.lang === 'ru' && warning.message_ru) || warning.message;
  return i18n.t.state.said[warning.code]?.(params) ?? said;
}
