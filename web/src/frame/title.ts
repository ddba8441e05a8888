import type { Messages } from '../i18n/en';
import { idOf } from '../router/ids';
import type { Page } from './pages';

/** What the part of a page below its address is called, for the name of the browser's tab; nothing where it has no name. */
export function partTitle(
  page: Page['name'],
  rest: string,
  t: Messages,
  titleOf: { metric: (id: string) => string; analysis: (id: string) => string },
): string {
  if (!rest) return '';
  const named = (names: Record<string, string>): string => names[rest] ?? '';
  if (page === 'metrics') return titleOf.metric(idOf(rest));
  if (page === 'analyses') return titleOf.analysis(idOf(rest));
  if (page === 'diagnosis') return named(t.diagnosis.tabs);
  if (page === 'questions') return named(t.questions.names);
  if (page === 'leaks') return named({ openings: t.openings.title });
  if (page !== 'customers') return '';
  const kind = t.explain.entities[rest.split('/')[0] ?? ''];
  return kind ? kind.charAt(0).toUpperCase() + kind.slice(1) : named(t.customers.tabs);
}
