import type { Messages } from '../i18n/en';
import type { PageKind } from './record';

type Words = Record<string, string>;

/** A code of a source as people say it, however it is spelt there. What people wrote stays as they wrote it. */
export function wordIn(words: Words, code: string): string {
  const known = words[code] ?? words[code.toLowerCase()];
  if (known !== undefined) return known;
  return /^[a-z0-9]+(_[a-z0-9]+)+$/.test(code) ? code.replaceAll('_', ' ') : code;
}

/** What a status is called of what it is a status of: a deal is open in another way than an invoice. */
export function statusWord(table: string, code: string, t: Messages): string {
  return wordIn({ ...t.customers.statuses, ...t.customers.statusesOf[table] }, code);
}

/** What was answered, with its scale: a ten of NPS, a smile of Zendesk. */
export function scoreWord(kind: string, score: string, source: string, t: Messages): string {
  if (!score) return '';
  const said = t.customers.scores;
  if (kind === 'nps') return said.nps(score);
  if (kind === 'csat' && source === 'zendesk') return Number(score) > 0 ? said.satisfied : said.dissatisfied;
  return said.plain(score);
}

/** A code in a table of a record page or of a list; nothing where the column holds none. `table` is deals, invoices, ... */
export function codeWord(table: string, column: string, code: string, t: Messages): string | undefined {
  if (!code) return undefined;
  const c = t.customers;
  switch (column) {
    case 'status':
      return statusWord(table, code, t);
    case 'kind':
      return wordIn(
        { activities: c.eventKinds, payments: c.paymentKinds, answers: c.surveys }[table] ?? {},
        code,
      );
    case 'type':
      return table === 'deals' ? wordIn(t.codes.types, code) : undefined;
    case 'forecast_category':
      return wordIn(t.codes.forecastCategories, code);
    case 'outcome':
    case 'channel':
    case 'priority':
    case 'category':
    case 'failure_code':
    case 'interval':
      return wordIn(c.details, code);
    case 'matched_by':
      return wordIn(c.matches, code);
    case 'origin':
      return wordIn(c.origins, code);
    case 'direction':
      return wordIn(c.directions, code);
    default:
      return undefined;
  }
}

/** The value of a field of the record itself, where it is a code. */
export function fieldWord(kind: PageKind, field: string, value: string, t: Messages): string {
  return (kind === 'deal' && codeWord('deals', field, value, t)) || value;
}
