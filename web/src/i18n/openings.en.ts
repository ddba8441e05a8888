import { Formatter } from './format';
import { leaksEn } from './leaks.en';

const f = new Formatter('en');
const words = leaksEn.leaks;
const cases = (count: number): string =>
  `${f.integer(count)} ${f.plural(count, { one: 'opening', other: 'openings' })}`;

// The ledger of openings: the words of that of leaks, but where they speak of loss.
export const openingsEn: { openings: typeof leaksEn.leaks } = {
  openings: {
    ...words,
    title: 'Openings',
    lead: (amount, certain, back) =>
      `About ${amount} could be won, ${certain} of it for certain. What usually comes of it: ${back}.`,
    leadExpected: (amount) => `About ${amount} could be won, by how such cases ended before.`,
    leadCertain: (amount, back) =>
      `${amount} could be won, all of it certain. What usually comes of it: ${back}.`,
    leadNoMoney: (count) => `${cases(count)}; what they would bring is not known yet.`,
    leadNone: 'No rule finds an opening.',
    leadNoneHere: 'No rule finds an opening under this filter.',
    leadUnmeasured: 'No opening can be looked for yet.',
    help: 'Where money could be won: what it would bring, why, and who must act.',
    headline: 'All openings',
    leaking: 'Could be won',
    wonBack: 'Usually comes of it',
    wonBackHelp: 'once somebody acts',
    ofRecurringHelp: (money) => `openings of this year, of ${money} a year`,
    ofBookingsHelp: (money) => `openings of this year, of ${money} in twelve months`,
    cases,
    byRule: 'Where it could be won',
    byRuleHelp: (currency) => `${currency}, expected. Choose a rule to see its openings and what it means.`,
    noLeaks: (count) =>
      `${f.integer(count)} ${f.plural(count, { one: 'rule has', other: 'rules have' })} looked at every record and found no opening. New data are looked at as they come.`,
    noLeaksHere: (what) => `No opening under this filter (${what}).`,
    rule: {
      ...words.rule,
      meaning: 'When it is an opening',
      rows: (count) => `${cases(count)} in the ledger`,
    },
    record: {
      ...words.record,
      precision: (share, judged) => `Right in ${share} of the ${cases(judged)} that were won or set aside`,
      fewJudged: (decided) => `${cases(decided)} spoken of; too few are judged to say how often it is right`,
      recovered: (count, money) => `${money} came of ${cases(count)}`,
      unsaid: 'Nobody has said yet what becomes of any of its openings.',
    },
    ledgerHelp: 'What brings most first. A company that several rules find is counted once.',
    ledgerFirst: (shown) =>
      `The first ${f.integer(shown)} by what usually comes of them. Choose a team or a segment to see others.`,
    every: { ...words.every, state: 'Still open' },
    noneFits: 'No opening fits this choice.',
    open: 'Open the opening',
    columns: { ...words.columns, exposed: 'Of a whole of' },
    states: { ...words.states, fixed: 'done', recovered: 'won', tolerated: 'set aside' },
    stateHelp: {
      ...words.stateHelp,
      fixed: 'Done. Whether the money came is measured from later data.',
      tolerated: 'It is known and left for later; the note says why.',
      false_alarm: 'It is no opening; the note says why, and the rule learns how often it is right.',
    },
    word: {
      ...words.word,
      titleMany: (count) => `What becomes of ${cases(count)}`,
      done: (count, state) => `${cases(count)}: ${state}.`,
    },
    panel: {
      ...words.panel,
      title: 'Opening',
      previous: 'Previous opening',
      next: 'Next opening',
      gone: 'This opening is not in the ledger: it was taken, or the filters leave it out.',
      amount: 'Could be won',
      exposed: 'Of a whole of',
      wonBack: 'Usually comes of it',
      why: 'Why it is an opening',
      recovered: 'No rule finds it any more: the money that it had when this was last said has come.',
    },
  },
};
