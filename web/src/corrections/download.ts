import { toProblem } from '../api/client';
import { ask } from '../api/jobs';
import { sentenceOf } from '../i18n/problem';
import { i18n } from '../i18n/index.svelte';
import { save } from '../ui/csv';
import { toasts } from '../ui/toast.svelte';

import { readFiles } from './corrections';

interface Words {
  downloaded: (files: string, left: string) => string;
  nothing: string;
}

/** Saves the files that an analysis writes for a source in its own headers, and says how many, and how much is left out. */
export async function downloadFiles(analysis: string, source: string, words: Words): Promise<void> {
  try {
    const result = await ask(analysis, { source });
    const files = readFiles(result);
    for (const file of files) save(file.name, new Blob([file.content], { type: 'text/csv' }));
    const left = result.tables['left']?.rows.length ?? 0;
    toasts.say(
      files.length ? words.downloaded(i18n.f.integer(files.length), i18n.f.integer(left)) : words.nothing,
    );
  } catch (error) {
    toasts.say(sentenceOf(toProblem(error)), 'failed');
  }
}
