import type { IconName } from '../ui/Icon.svelte';

/** Groups of the timeline, each a switch of its filter. */
export const kEventGroups = {
  talk: ['call', 'email', 'meeting', 'task', 'note', 'chat', 'message', 'activity'],
  deals: ['deal', 'lead'],
  marketing: ['touch'],
  support: ['ticket', 'survey'],
  money: ['invoice', 'payment', 'subscription', 'contract'],
  changes: ['change'],
} as const;
export type EventGroup = keyof typeof kEventGroups;
export const kGroupNames = Object.keys(kEventGroups) as EventGroup[];

export function groupOf(kind: string): EventGroup {
  return kGroupNames.find((group) => (kEventGroups[group] as readonly string[]).includes(kind)) ?? 'talk';
}

const kIcons: Record<string, IconName> = {
  call: 'phone',
  email: 'mail',
  meeting: 'people',
  task: 'check',
  note: 'file',
  chat: 'chat',
  message: 'chat',
  activity: 'chat',
  touch: 'megaphone',
  lead: 'person',
  deal: 'flag',
  ticket: 'help',
  survey: 'help',
  invoice: 'money',
  payment: 'money',
  subscription: 'repeat',
  contract: 'file',
  change: 'pen',
};

export function iconOf(kind: string): IconName {
  return kIcons[kind] ?? 'file';
}

/** Good, bad or neither: what the colour of an event says, beside its words. */
export function toneOf(kind: string, action: string): 'good' | 'bad' | '' {
  if (kind === 'deal') return action === 'won' ? 'good' : action === 'lost' ? 'bad' : '';
  if (kind === 'payment') return action === 'succeeded' ? 'good' : action === 'failed' ? 'bad' : '';
  if (kind === 'invoice') return action === 'overdue' ? 'bad' : '';
  if (kind === 'subscription') return action === 'started' ? 'good' : 'bad';
  return '';
}
