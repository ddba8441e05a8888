import { Formatter } from './format';

const f = new Formatter('en');
const cases = (count: number): string =>
  `${f.integer(count)} ${f.plural(count, { one: 'leak', other: 'leaks' })}`;

// The ledger of leaks.
export const leaksEn = {
  leaks: {
    title: 'Leaks',
    lead: (amount: string, certain: string, back: string) =>
      `${amount} is leaking. ${certain} of it is certain, the rest is expected from how such cases ended. About ${back} can be won back.`,
    leadCertain: (amount: string, back: string) =>
      `${amount} is leaking, all of it certain. About ${back} can be won back.`,
    leadNoMoney: (count: number) => `${cases(count)}; what they cost is not known yet.`,
    leadNone: 'No rule finds a leak.',
    leadUnmeasured: 'No leak can be looked for yet.',
    help: 'Records that lose money now, what they cost, and who must act.',
    headline: 'All that leaks',
    leaking: 'Leaking',
    certain: 'Certain',
    certainHelp: 'by arithmetic',
    wonBack: 'Can be won back',
    wonBackHelp: 'what usually comes back once somebody acts',
    ofRecurring: 'Of recurring revenue',
    ofRecurringHelp: (money: string) => `of ${money} a year`,
    noRecurring: 'no recurring revenue is known',
    ofBookings: 'Of what was won',
    ofBookingsHelp: (money: string) => `of ${money} in twelve months`,
    noBookings: 'nothing was won in twelve months',
    range: (low: string, high: string) => `80 %: ${low} to ${high}`,
    exact: 'no range: all by arithmetic',
    noRange: 'no range yet: some rules cannot tell one',
    cases,
    onlyCertain: 'Show only what is certain',
    byRule: 'Where it leaks',
    byRuleHelp: (currency: string) =>
      `${currency}, lost or expected to be. Choose a rule to see its leaks and what it means.`,
    legend: 'How to read the bars',
    certainty: { certain: 'certain', probable: 'expected' } as Record<string, string>,
    rangeLegend: '80 % range',
    noAmount: 'money not known',
    oldest: (day: string) => `oldest since ${day}`,
    moreRules: (count: number) =>
      `Show ${f.integer(count)} more ${f.plural(count, { one: 'rule', other: 'rules' })}`,
    fewerRules: 'Show fewer',
    nothingFound: (count: number) => `Looked and found nothing: ${f.integer(count)}`,
    unmeasured: (count: number) => `Not measured: ${f.integer(count)}`,
    failed: (count: number) => `Did not run: ${f.integer(count)}`,
    toExports: 'What to export, and how',
    toSources: 'Add files',
    noLeaks: (count: number) =>
      `${f.integer(count)} ${f.plural(count, { one: 'rule has', other: 'rules have' })} looked at every record, and none loses money. New data are looked at as they come.`,
    nothingMeasured:
      'Each rule says below what it needs. Bring one of these exports, and it looks by itself.',
    rule: {
      meaning: 'When it is a leak',
      formula: 'How the money is computed',
      fix: 'What to do',
      agreement: 'Breaks the agreement',
      note: 'What is missing or left out',
      failed: 'Why it did not run',
      missing: 'What is missing',
      version: (version: number) => `Definition ${f.integer(version)}`,
      all: 'All rules',
      rows: (count: number) => `${cases(count)} in the ledger`,
      page: 'The page of this rule',
    },
    ledger: 'Ledger',
    ledgerHelp: 'What brings most back first. A record that several rules find is counted once.',
    ledgerFirst: (shown: number) =>
      `The first ${f.integer(shown)} by what can be won back. Choose a team or a segment to see others.`,
    find: 'Name, company, owner or reason',
    every: { rule: 'Every rule', department: 'Every department', owner: 'Everybody', certainty: 'All money' },
    fields: { rule: 'Rule', department: 'Department', owner: 'Who acts', certainty: 'Certainty' },
    noOwner: 'nobody',
    clear: 'Clear',
    noneFits: 'No leak fits this choice.',
    open: 'Open the leak',
    counted: (rule: string) => `counted by “${rule}”`,
    columns: {
      name: 'What',
      title: 'Rule',
      counted_by: 'Counted',
      since: 'Since',
      owner: 'Who acts',
      detail: 'Why',
    } as Record<string, string>,
    panel: {
      title: 'Leak',
      previous: 'Previous leak',
      next: 'Next leak',
      at: (place: number, count: number) => `${f.integer(place)} of ${f.integer(count)}`,
      gone: 'This leak is not in the ledger: it is mended, or the filters leave it out.',
      who: 'Who acts',
      since: 'Since',
      days: (days: number) => `${f.integer(days)} ${f.plural(days, { one: 'day', other: 'days' })}`,
      account: 'Account',
      money: 'Money',
      amount: 'Lost or expected to be',
      exposed: 'Hangs on it',
      wonBack: 'Can be won back',
      noAmount: 'not known: too few past cases like it',
      why: 'Why it is a leak',
      countedElsewhere: (rule: string) =>
        `“${rule}” finds this record too and counts it, so it is not added again here.`,
      evidence: 'The rows that prove it',
      record: { deal: 'Open the deal', account: 'Open the account', lead: 'Open the lead' } as Record<
        string,
        string
      >,
      otherRecord: 'Open the record',
    },
  },
};
