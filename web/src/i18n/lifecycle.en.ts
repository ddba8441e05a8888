import { Formatter } from './format';

const f = new Formatter('en');

// Which step of the lifecycle each stage of each source is.
export const lifecycleEn = {
  lifecycle: {
    unmapped: 'Stages to place',
    unmappedHelp:
      'No line knows which step of the lifecycle these are. Choose one: it counts at once, and can be taken back.',
    allMapped: 'Every stage of your sources is a step of the lifecycle.',
    none: 'No source has brought stages yet.',
    mapped: 'Stages by step',
    mappedHelp:
      'What your sources call each step, and how many are in it. A line of lifecycle.toml or a decision says so.',
    steps: {
      lead: 'Lead',
      qualified: 'Qualified',
      opportunity: 'Opportunity',
      customer: 'Customer',
      renewal_due: 'Renewal due',
      renewed: 'Renewed',
      churned: 'Churned',
      outside: 'Outside the lifecycle',
    } as Record<string, string>,
    kinds: {
      deal: 'Deals',
      lead: 'Leads',
      person: 'Contacts',
      subscription: 'Subscriptions',
      contract: 'Contracts',
    } as Record<string, string>,
    statuses: { open: 'open', won: 'won', lost: 'lost' } as Record<string, string>,
    renewal: 'renewals',
    since: (day: string) => `since ${day}`,
    step: 'Step',
    stepOf: (stage: string) => `Step of “${stage}”`,
    choose: 'Choose a step',
    place: 'Place',
    placeOf: (stage: string) => `Place “${stage}”`,
    placed: (stage: string, step: string) => `“${stage}” is now: ${step}`,
    undoOf: (stage: string) => `Undo: “${stage}”`,
    decided: 'your decision',
    more: (count: number) =>
      `${f.integer(count)} more ${f.plural(count, { one: 'stage', other: 'stages' })} without rows`,
    toStages: 'Place the stages',
  },
};
