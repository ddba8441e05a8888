import type { Compared } from '../pulse/pulse';
import { Formatter } from './format';

const f = new Formatter('en');

/** What a period is compared with, after "from" or "against", and as an adverb. */
function before({ partOf, isToDate, isCurrent, days }: Compared): string {
  if (partOf === 'days') return days === 1 ? 'the day before' : `the ${f.integer(days)} days before`;
  if (isToDate) return isCurrent ? `this point of last ${partOf}` : `the same point of the ${partOf} before`;
  return isCurrent ? `last ${partOf}` : `the ${partOf} before`;
}
function atBefore(period: Compared): string {
  if (period.partOf === 'days') return `${period.days === 1 ? 'on' : 'in'} ${before(period)}`;
  if (period.isToDate) return `at ${before(period)}`;
  return period.isCurrent ? before(period) : `in ${before(period)}`;
}
function now({ partOf, isCurrent }: Compared): string {
  return isCurrent && partOf !== 'days' ? `this ${partOf}` : 'this period';
}

/** Pulse, in English. */
export const pulseEn = {
  title: 'Pulse',
  headline: 'The five numbers',
  against: (period: Compared) => `against ${before(period)}`,
  unknown: 'the data cannot tell this yet',
  few: (count: number) =>
    `rests on ${f.integer(count)} ${f.plural(count, { one: 'record', other: 'records' })} only`,
  noValue: 'no value in this period',
  unknownSteps: (names: string) => `The data cannot tell: ${names}.`,
  noPrevious: (period: Compared) => `no value ${atBefore(period)}`,
  unchanged: (period: Compared) => `unchanged from ${before(period)}`,
  wasZero: (period: Compared) => `was 0 ${atBefore(period)}`,
  was: (value: string) => `was ${value}`,
  better: 'better',
  worse: 'worse',
  trendFor: (metric: string) => `Show the trend of ${metric}`,
  rowsBehind: (metric: string) => `Rows behind ${metric}`,
  funnel: 'From lead to cash',
  funnelHelp:
    'Columns: what entered each step in the period. Between them: of those very records, the share that has gone on by now, and the median time it took.',
  steps: {
    leads: 'Leads',
    qualified: 'Qualified',
    opportunities: 'Opportunities',
    won: 'Won',
    paid: 'Paid',
  } as Record<string, string>,
  wentOn: (share: string, time: string) => `${share} went on, median ${time}`,
  showRows: 'Show the rows',
  trend: (metric: string, period: Compared) =>
    `${metric}, ${now(period)} against ${period.isCurrent && period.partOf !== 'days' ? `last ${period.partOf}` : 'the one before'}`,
  trendHelp: (line: string, dashes: string) => `To date. Line: ${line}. Dashes: ${dashes}.`,
  now,
  before: (period: Compared) =>
    period.isCurrent && period.partOf !== 'days' ? `last ${period.partOf}` : 'the one before',
  freshness: 'Sources',
  freshnessHelp: (sources: number, rows: number, aside: number) =>
    `${f.integer(sources)} ${f.plural(sources, { one: 'source', other: 'sources' })}, ${f.integer(rows)} ${f.plural(rows, { one: 'record', other: 'records' })}, ${f.integer(aside)} ${f.plural(aside, { one: 'row', other: 'rows' })} set aside`,
  setAside: (count: number) => `${f.integer(count)} set aside`,
  newest: 'newest record',
  leaks: 'Where money leaks now',
  leaksHelp: 'What is lost or expected to be. A record that two rules find is counted once.',
  allLeaks: (more: number) =>
    more
      ? `${f.integer(more)} more ${f.plural(more, { one: 'kind', other: 'kinds' })}, and each leak`
      : 'Each leak, and what to do',
  leakCount: (count: number) => `${f.integer(count)} ${f.plural(count, { one: 'case', other: 'cases' })}`,
  oldest: (days: number) => `oldest ${f.integer(days)} ${f.plural(days, { one: 'day', other: 'days' })}`,
  certainty: { certain: 'certain', probable: 'expected' } as Record<string, string>,
  noAmount: 'too few cases for an amount',
  noLeaks: 'No rule finds anything.',
  noneOf: (names: string) => `Nothing found: ${names}.`,
  notMeasured: (count: number) => `Not measured: ${f.integer(count)}`,
  ofPlan: (share: string, plan: string) => `${share} of the plan of ${plan}`,
  planBar: (share: string, days: string) => `${share} of the plan, ${days} of the days gone`,
  notes: 'Worth knowing',
  noTrend: 'The period is too short for a trend: at least two points are needed.',
  noFunnel: 'Nothing entered the funnel in this period.',
  nothing: 'Nothing is found for this choice',
};
