import { number, records, text } from '../api/table';
import type { Params, Result, Text2 } from '../api/types';

export const kKinds = ['brief', 'weekly', 'leaks'] as const;
export type Kind = (typeof kKinds)[number];
export const kDays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const kDepartments = ['marketing', 'sales', 'success', 'finance', 'operations'] as const;

export interface Subscription {
  id: number;
  name: string;
  kind: string;
  channel: string;
  address: string;
  language: string;
  hour: number;
  days: string[];
  quiet: string;
  team: string;
  department: string;
  seller: string;
  owner: string;
  isChangeable: boolean;
  sentAt: string;
  problem: Text2;
}

export interface Delivery {
  id: number;
  kind: string;
  channel: string;
  address: string;
  subject: string;
  state: string;
  attempts: number;
  createdAt: string;
  nextTry: string;
  endedAt: string;
  reason: Text2;
}

export interface Channel {
  name: string;
  form: string;
  to: string;
  problem: Text2;
}

export interface Sending {
  subscriptions: Subscription[];
  deliveries: Delivery[];
  channels: Channel[];
  /** What is wrong with weir.toml as a whole. */
  problem: Text2 | undefined;
}

/** The tables of the analysis `delivery` by the names that the page uses. */
export function readSending(result: Result): Sending {
  const rows = records(result.tables['channels']).map((row) => ({
    name: text(row['channel']),
    form: text(row['form']),
    to: text(row['to']),
    problem: { en: text(row['problem']), ru: text(row['problem_ru']) },
  }));
  return {
    subscriptions: records(result.tables['subscriptions']).map((row) => ({
      id: number(row['id']) ?? 0,
      name: text(row['name']),
      kind: text(row['kind']),
      channel: text(row['channel']),
      address: text(row['address']),
      language: text(row['language']),
      hour: number(row['hour']) ?? 8,
      days: text(row['days']).split(',').filter(Boolean),
      quiet: text(row['quiet']),
      team: text(row['team']),
      department: text(row['department']),
      seller: text(row['seller']),
      owner: text(row['owner']),
      isChangeable: row['is_changeable'] === true,
      sentAt: text(row['sent_at']),
      problem: { en: text(row['problem']), ru: text(row['problem_ru']) },
    })),
    deliveries: records(result.tables['deliveries']).map((row) => ({
      id: number(row['delivery_id']) ?? 0,
      kind: text(row['kind']),
      channel: text(row['channel']),
      address: text(row['address']),
      subject: text(row['subject']),
      state: text(row['state']),
      attempts: number(row['attempts']) ?? 0,
      createdAt: text(row['created_at']),
      nextTry: text(row['next_try']),
      endedAt: text(row['ended_at']),
      reason: { en: text(row['reason']), ru: text(row['reason_ru']) },
    })),
    channels: rows.filter((row) => !row.problem.en),
    problem: rows.find((row) => row.problem.en)?.problem,
  };
}

export interface Draft {
  id: number;
  name: string;
  kind: string;
  channel: string;
  address: string;
  language: string;
  hour: number;
  days: string[];
  quietFrom: string;
  quietUntil: string;
  team: string;
  department: string;
  seller: string;
}

export function draftOf(one: Subscription | undefined, channels: Channel[], language: string): Draft {
  const [quietFrom = '', quietUntil = ''] = (one?.quiet ?? '').split('-');
  return {
    id: one?.id ?? 0,
    name: one?.name ?? '',
    kind: one?.kind ?? 'brief',
    channel: one?.channel ?? channels[0]?.name ?? '',
    address: one?.address ?? '',
    language: one?.language ?? language,
    hour: one?.hour ?? 8,
    days: one?.days ?? ['mon', 'tue', 'wed', 'thu', 'fri'],
    quietFrom,
    quietUntil,
    team: one?.team ?? '',
    department: one?.department ?? '',
    seller: one?.seller ?? '',
  };
}

/** What the action `delivery.set` is given; what is empty is left out. */
export function paramsOf(draft: Draft): Params {
  const isQuiet = draft.quietFrom !== '' && draft.quietUntil !== '';
  return {
    kind: draft.kind,
    channel: draft.channel,
    language: draft.language,
    days: draft.kind === 'weekly' ? draft.days.slice(0, 1) : draft.days,
    ...(draft.id && { id: String(draft.id) }),
    ...(draft.name && { name: draft.name }),
    ...(draft.channel === 'mail' && { address: draft.address }),
    ...(draft.kind !== 'leaks' && { hour: String(draft.hour) }),
    ...(isQuiet && { quiet: `${draft.quietFrom}-${draft.quietUntil}` }),
    ...(draft.team && { team: draft.team }),
    ...(draft.department && { department: draft.department }),
    ...(draft.seller && { seller: draft.seller }),
  };
}
