import { Formatter } from './format';

const f = new Formatter('en');

/** "14 deals" */
function records(entity: string, count: number): string {
  const forms: Record<string, [string, string]> = {
    account: ['company', 'companies'],
    person: ['contact', 'contacts'],
    lead: ['lead', 'leads'],
    deal: ['deal', 'deals'],
    activity: ['activity', 'activities'],
    invoice: ['invoice', 'invoices'],
    payment: ['payment', 'payments'],
  };
  const [one, other] = forms[entity] ?? ['record', 'records'];
  return `${f.integer(count)} ${f.plural(count, { one, other })}`;
}

// What counts in no number, and what difference that makes.
export const exclusionsEn = {
  exclusions: {
    tab: 'Not counted',
    lead: 'Test data, partners, your own people: what a rule leaves out counts in no number, for anybody. Records stay visible.',
    records,
    rules: 'Rules',
    rulesHelp: 'What meets a rule, and all that goes with it, is left out of every number, leak and funnel.',
    none: 'Everything counts: there is no rule.',
    add: 'New rule',
    named: (what: string) => `leaves out ${what}`,
    withThem: (count: number) =>
      `and ${f.integer(count)} ${f.plural(count, { one: 'record that goes', other: 'records that go' })} with them`,
    states: {
      on: 'on',
      off: 'switched off',
      empty: 'leaves nothing out',
      failed: 'cannot be read',
    } as Record<string, string>,
    show: 'Records',
    showOf: (rule: string) => `Records of “${rule}”`,
    change: 'Change',
    changeOf: (rule: string) => `Change “${rule}”`,
    on: 'Switch on',
    off: 'Switch off',
    onOf: (rule: string) => `Switch on “${rule}”`,
    offOf: (rule: string) => `Switch off “${rule}”`,
    undoOf: (rule: string) => `Undo the last change of “${rule}”`,
    removeOf: (rule: string) => `Remove “${rule}”`,
    saved: (rule: string) => `“${rule}” is saved; all numbers follow it`,
    removed: (rule: string) => `“${rule}” is removed; what it left out counts again`,
    proposals: 'Suggested by your data',
    proposalsHelp: 'These look like something that should not count. Nothing is left out until you say so.',
    of: (what: string, all: number) => `${what} of ${f.integer(all)}`,
    accept: 'Leave out',
    acceptOf: (name: string) => `Leave out: ${name}`,
    look: 'Look first',
    lookOf: (name: string) => `Look first: ${name}`,
    form: 'Rule',
    name: 'Name',
    nameExample: 'Test companies',
    entity: 'Which records',
    entities: { account: 'Companies', person: 'Contacts', lead: 'Leads', deal: 'Deals' } as Record<
      string,
      string
    >,
    condition: 'That meet this condition',
    conditionExample: "name like '%Test%'",
    columns: 'Columns',
    preview: 'What it would leave out',
    nothing: (entity: string) => `Nothing meets it now, of ${entity}.`,
    wouldLeave: (what: string) => `Would leave out ${what}`,
    with: (what: string) => `and with them ${what}`,
    samples: 'Among them',
    nameless: '(no name)',
    save: 'Save the rule',
    cancel: 'Cancel',
    effect: 'Effect on each number',
    effectHelp: (scope: string) => `With the rules and without them; ${scope}.`,
    metric: 'Number',
    value: 'With the rules',
    without: 'Without rules',
    taken: 'Difference',
    byRule: 'Each rule alone',
    onlyBack: (value: string) => `${value} would come back without it`,
    overlap:
      'A record that several rules leave out counts in the figure of each: these may add up to more than is left out.',
    unchanged: (count: number) =>
      `${f.integer(count)} more ${f.plural(count, { one: 'number stays', other: 'numbers stay' })} as ${f.plural(count, { one: 'it is', other: 'they are' })}.`,
    noEffect: 'No rule changes a number of this period.',
    /** Beside a number. */
    note: (what: string) => `Not counted here by rules: ${what}.`,
    noteLink: 'What is not counted',
    countAll: 'Count it all the same',
    recordNote: (rule: string, through: string) => {
      const its: Record<string, string> = {
        account: 'its company is',
        person: 'its contact is',
        lead: 'its lead is',
        deal: 'its deal is',
      };
      return `Counts in no number: ${through ? its[through] : 'it is'} left out by the rule “${rule}”.`;
    },
  },
};
