import { number, text } from '../api/table';
import type { Result } from '../api/types';
import { i18n } from '../i18n/index.svelte';
import { daysSince, type RecordKind, type Row } from './record';

/** What must be known first, in one or two sentences. The figures are those of the answer; here they become words. */
export function leadOf(kind: RecordKind, record: Row, result: Result): string {
  const parts = kind === 'deal' ? dealParts(record) : [...standing(kind, record), ...open(record)];
  return [...parts, ...trouble(record), ...silence(record, text(result.as_of))]
    .filter(Boolean)
    .map(ended)
    .join(' ');
}

/** A name that ends with a full stop (Acme Inc.) ends its sentence too. */
const ended = (sentence: string): string => sentence.replace(/\.\.$/, '.');

const money = (value: unknown): string => i18n.f.money(number(value as never) ?? 0, i18n.currency, 'whole');

function standing(kind: RecordKind, record: Row): string[] {
  const t = i18n.t.customers.sentence;
  const won = number(record['deals_won']) ?? 0;
  const since = text(record['customer_since']);
  if (kind === 'person') {
    const title = text(record['title']);
    const account = text(record['account']);
    return [account ? t.worksAt(title, account) : title ? `${title}.` : t.worksNowhere];
  }
  if (!since) return [t.noCustomer];
  const day = i18n.f.date(since, 'long');
  return [won ? t.customerWon(day, won, money(record['won_amount'])) : t.customer(day)];
}

function open(record: Row): string[] {
  const deals = number(record['deals_open']) ?? 0;
  if (!deals) return [];
  const close = text(record['next_close_date']);
  return [
    i18n.t.customers.sentence.openDeals(
      deals,
      number(record['pipeline_amount']) === null ? '' : money(record['pipeline_amount']),
      close ? i18n.f.date(close) : '',
    ),
  ];
}

function dealParts(record: Row): string[] {
  const t = i18n.t.customers.sentence;
  const amount =
    number(record['amount']) === null
      ? ''
      : i18n.f.money(number(record['amount']) ?? 0, text(record['currency']) || i18n.currency, 'whole');
  const close = text(record['close_date']);
  return [t.deal(text(record['status']), text(record['stage']), amount, close ? i18n.f.date(close) : '')];
}

function trouble(record: Row): string[] {
  const t = i18n.t.customers.sentence;
  const parts: string[] = [];
  const overdue = number(record['overdue_amount']);
  if (number(record['overdue_invoices']))
    parts.push(t.overdue(overdue === null ? '' : money(overdue), i18n.f.date(text(record['overdue_since']))));
  const failed = number(record['failed_payments']) ?? 0;
  if (failed) parts.push(t.failed(failed));
  const tickets = number(record['open_tickets']) ?? 0;
  if (tickets) parts.push(t.tickets(tickets));
  return parts;
}

function silence(record: Row, asOf: string): string[] {
  const t = i18n.t.customers.sentence;
  const last = text(record['last_activity_at']);
  if (!last) return [t.neverSpoken];
  return [t.lastSpoken(i18n.f.age(daysSince(last, asOf)), text(record['last_activity_by']))];
}
