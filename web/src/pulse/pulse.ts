import { number, records, text } from '../api/table';
import type { Cell, Result, Text2 } from '../api/types';
import type { FunnelStep } from '../charts/funnel';
import type { Messages } from '../i18n/en';
import { i18n } from '../i18n/index.svelte';

export interface Headline {
  metric: string;
  value: number | null;
  /** money, count, share, days, hours; money is with its currency. */
  unit: string;
  currency: string;
  previous: number | null;
  change: number | null;
  better: 'up' | 'down';
  /** Of shares and medians: how many records they rest on. */
  base: number | null;
}

/** Below this many records a share or a median says little, and that is said. */
const kFewRecords = 30;
export const isThin = ({ base }: Headline): boolean => base !== null && base < kFewRecords;

export interface TrendRow {
  period: string;
  value: number | null;
  previous: number | null;
}

export interface Freshness {
  source: string;
  lastObservedAt: string;
  rows: number;
  quarantined: number;
  ageDays: number | null;
}

/** The days of the question, and what they are compared with. */
export interface Compared {
  first: string;
  last: string;
  previousFirst: string;
  previousLast: string;
  /** The month, quarter or year that the days are, or begin; else just days. */
  partOf: 'month' | 'quarter' | 'year' | 'days';
  isToDate: boolean;
  isCurrent: boolean;
  days: number;
}

/** What is to be won in the whole period, and where the fact stands today. */
export interface Plan {
  plan: number;
  shareOfPlan: number | null;
  shareOfDays: number;
  ahead: number | null;
}

/** One rule of the ledger of leaks: what it found, or what it lacks. */
export interface LeakRule {
  rule: string;
  title: Text2;
  department: string;
  certainty: string;
  state: string;
  count: number;
  amount: number | null;
  oldestDays: number | null;
  note: Text2;
}

export interface Pulse {
  period: Compared;
  plan: Plan | undefined;
  leaks: LeakRule[];
  /** Currency of the amounts of leaks. */
  currency: string;
  headline: Headline[];
  trends: Map<string, TrendRow[]>;
  funnel: FunnelStep[];
  /** Steps that the data cannot tell. */
  unknownSteps: string[];
  freshness: Freshness[];
  /** What the page opens with, and what else is worth knowing. */
  /** The export that would open most, as one sentence. */
  next: Text2 | undefined;
  lead: Text2 | undefined;
  notes: Text2[];
}

/** The tables of the analysis `pulse` by the names that the page uses. */
export function readPulse(result: Result): Pulse {
  const byPosition = (name: string): Record<string, Cell>[] =>
    records(result.tables[name]).sort((a, b) => (number(a['position']) ?? 0) - (number(b['position']) ?? 0));
  const sentences = byPosition('sentences').map((row) => ({
    code: text(row['code']),
    en: text(row['en']),
    ru: text(row['ru']),
  }));
  return {
    period: readPeriod(records(result.tables['period'])[0] ?? {}),
    plan: records(result.tables['plan']).map(readPlan)[0],
    leaks: records(result.tables['leaks']).map((row) => ({
      rule: text(row['rule']),
      title: { en: text(row['title_en']), ru: text(row['title_ru']) },
      department: text(row['department']),
      certainty: text(row['certainty']),
      state: text(row['state']),
      count: number(row['count']) ?? 0,
      amount: number(row['amount']),
      oldestDays: number(row['oldest_days']),
      note: { en: text(row['note_en']), ru: text(row['note_ru']) },
    })),
    currency: result.currency,
    headline: records(result.tables['headline']).map((row) => ({
      metric: text(row['metric']),
      value: number(row['value']),
      unit: text(row['unit']),
      currency: text(row['currency']),
      previous: number(row['previous']),
      change: number(row['change']),
      better: row['better'] === 'down' ? 'down' : 'up',
      base: number(row['base']),
    })),
    trends: readTrends(result),
    funnel: byPosition('funnel')
      .filter((row) => number(row['count']) !== null)
      .map((row) => ({
        step: text(row['step']),
        count: number(row['count']) ?? 0,
        shareOfPrevious: number(row['share_of_previous']),
        medianDays: number(row['median_days_from_previous']),
      })),
    unknownSteps: byPosition('funnel')
      .filter((row) => number(row['count']) === null)
      .map((row) => text(row['step'])),
    freshness: records(result.tables['freshness']).map((row) => ({
      source: text(row['source']),
      lastObservedAt: text(row['last_observed_at']),
      rows: number(row['rows']) ?? 0,
      quarantined: number(row['quarantined']) ?? 0,
      ageDays: number(row['age_days']),
    })),
    next: records(result.tables['next']).map((row) => ({ en: text(row['en']), ru: text(row['ru']) }))[0],
    lead: sentences[0],
    notes: sentences.slice(1),
  };
}

function readPeriod(row: Record<string, Cell>): Compared {
  const partOf = text(row['part_of']);
  return {
    first: text(row['first']),
    last: text(row['last']),
    previousFirst: text(row['previous_first']),
    previousLast: text(row['previous_last']),
    partOf: partOf === 'month' || partOf === 'quarter' || partOf === 'year' ? partOf : 'days',
    isToDate: row['is_to_date'] === true,
    isCurrent: row['is_current'] === true,
    days: number(row['days']) ?? 0,
  };
}

function readPlan(row: Record<string, Cell>): Plan {
  return {
    plan: number(row['plan']) ?? 0,
    shareOfPlan: number(row['share_of_plan']),
    shareOfDays: number(row['share_of_days']) ?? 0,
    ahead: number(row['ahead']),
  };
}

function readTrends(result: Result): Map<string, TrendRow[]> {
  const trends = new Map<string, TrendRow[]>();
  for (const row of records(result.tables['trend'])) {
    const metric = text(row['metric']);
    const point = {
      period: text(row['period']),
      value: number(row['value']),
      previous: number(row['previous']),
    };
    const known = trends.get(metric);
    if (known) known.push(point);
    else trends.set(metric, [point]);
  }
  return trends;
}

/** The unit to format by: money is said in its own currency. */
export function unitOf(headline: Headline): string {
  return headline.unit === 'money' && headline.currency ? headline.currency : headline.unit;
}

/** Whether a figure is better than the one before, worse, or the same; from nothing no relative change is known. */
export function judge({ value, previous, better }: Headline): 'better' | 'worse' | 'same' {
  if (value === null || previous === null || value === previous) return 'same';
  return value > previous === (better === 'up') ? 'better' : 'worse';
}

/** Whether nothing at all was found: then the filters are to be widened. */
export function isBare(pulse: Pulse): boolean {
  return pulse.headline.every((one) => !one.value) && pulse.funnel.every((step) => !step.count);
}

/** How full the bar of a source is: full when new, empty after a month, even steps of log time between. */
export function freshShare(ageDays: number | null): number {
  if (ageDays === null) return 0;
  return Math.max(0.06, 1 - Math.log1p(Math.max(0, ageDays)) / Math.log1p(30));
}

/** Older than this many days is said in the colour of caution. */
export const kStaleDays = 2;

const kSourceNames: Record<string, string> = {
  salesforce: 'Salesforce',
  hubspot: 'HubSpot',
  stripe: 'Stripe',
  zendesk: 'Zendesk',
  google_ads: 'Google Ads',
  ga4: 'Google Analytics 4',
  linkedin_ads: 'LinkedIn Ads',
  mailchimp: 'Mailchimp',
  marketo: 'Marketo',
  meta_ads: 'Meta Ads',
  microsoft_ads: 'Microsoft Ads',
  amocrm: 'amoCRM',
  netsuite: 'NetSuite',
  uis: 'UIS',
  callrail: 'CallRail',
  mango: 'Mango Office',
  amex: 'American Express',
  entra: 'Microsoft Entra',
  google_workspace: 'Google Workspace',
  jumpcloud: 'JumpCloud',
  surveymonkey: 'SurveyMonkey',
  talentlms: 'TalentLMS',
};

/** A source id as its maker writes it, or as it is called in the language of the reader. */
export function sourceName(id: string, t: Messages = i18n.t): string {
  return (
    t.codes.sources[id] ?? kSourceNames[id] ?? (id.charAt(0).toUpperCase() + id.slice(1)).replaceAll('_', ' ')
  );
}
