import { ApiError } from '../api/client';
import { batch } from '../api/jobs';
import type { Result } from '../api/types';
import { i18n } from '../i18n/index.svelte';
import { filters } from '../router/filters.svelte';
import { dayOf } from '../router/period';
import { router } from '../router/router.svelte';
import { save } from '../ui/csv';
import type { Kept } from './kept';

const kPage = '/report.html';
// The empty place between the two ends of an element. The page holds this very line as well, and does not fit it.
const kHolder = /(?<=<script id="weir-report" type="application\/json">)(?=<\/script>)/;
// What the frame asks when it starts.
const kFrame = ['filters', 'status', 'settings', 'metrics.catalog'];

/** The page of reports with the answers inside, as `weir report` fills it. Nothing in them can end the element that holds them. */
export function filled(page: string, kept: Kept): string {
  const parts = page.split(kHolder);
  if (parts.length !== 2) throw new Error(`${kPage} holds no place for a report`);
  return parts.join(JSON.stringify(kept).replaceAll('<', '\\u003c'));
}

/** Pulse as it stands on the screen, as one file to pass on. */
export async function saveReport(lang: Kept['lang'], pulse: Result): Promise<void> {
  const asked = kFrame.map((id) => ({ id, params: {} }));
  const [page, frame] = await Promise.all([
    fetch(kPage).then((answer) => answer.text()),
    batch(asked, { ...filters.at, known_at: String(pulse.known_at ?? pulse.data_version) }),
  ]);
  const answers: Kept['answers'] = { pulse, catalog: { analyses: [], actions: [] } };
  frame.results.forEach((one, at) => {
    if ('problem' in one) throw new ApiError(one.problem);
    answers[kFrame[at]!] = one.result;
  });
  const content = filled(page, { lang, query: router.search.slice(1), answers });
  save(
    `weir-pulse-${dayOf(pulse.as_of ?? '', i18n.timeZone)}.html`,
    new Blob([content], { type: 'text/html' }),
  );
}
