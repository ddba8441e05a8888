import { number, records, text } from '../api/table';
import type { Result, Text2 } from '../api/types';

export interface BriefNumber {
  metric: string;
  title: Text2;
  value: number | null;
  /** As Formatter.byUnit takes it: money is said in its own currency. */
  unit: string;
  sinceDay: number | null;
  sinceWeek: number | null;
  better: 'up' | 'down';
}

export interface BriefDeal {
  id: string;
  name: string;
  account: string;
  owner: string;
  amount: number | null;
  why: Text2;
  isNew: boolean;
}

export interface BriefLeak {
  leak: string;
  title: Text2;
  name: string;
  account: string;
  wonBack: number | null;
  certainty: string;
  department: string;
  owner: string;
  why: Text2;
  isNew: boolean;
}

/** What leaks and openings have in common. */
export type BriefFound = Omit<BriefLeak, 'leak' | 'certainty'>;
export type BriefOpening = BriefFound & { opening: string };

export interface Brief {
  currency: string;
  numbers: BriefNumber[];
  deals: BriefDeal[];
  leaks: BriefLeak[];
  openings: BriefOpening[];
  sentences: Text2[];
  missing: Text2[];
}

/** The tables of the analysis `brief` by the names that the page uses. */
export function readBrief(result: Result): Brief {
  const both = (row: Record<string, unknown>, name: string): Text2 => ({
    en: text(row[`${name}_en`] as string),
    ru: text(row[`${name}_ru`] as string),
  });
  const said = (name: string): Text2[] =>
    records(result.tables[name]).map((row) => ({ en: text(row['en']), ru: text(row['ru']) }));
  return {
    currency: result.currency,
    numbers: records(result.tables['numbers']).map((row) => ({
      metric: text(row['metric']),
      title: both(row, 'title'),
      value: number(row['value']),
      unit: text(row['currency']) || text(row['unit']),
      sinceDay: number(row['since_day']),
      sinceWeek: number(row['since_week']),
      better: row['better'] === 'down' ? 'down' : 'up',
    })),
    deals: records(result.tables['deals']).map((row) => ({
      id: text(row['deal_id']),
      name: text(row['name']),
      account: text(row['account']),
      owner: text(row['owner']),
      amount: number(row['amount']),
      why: both(row, 'why'),
      isNew: row['is_new'] === true,
    })),
    leaks: records(result.tables['leaks']).map((row) => ({
      leak: text(row['leak']),
      title: both(row, 'title'),
      name: text(row['name']),
      account: text(row['account']),
      wonBack: number(row['won_back']),
      certainty: text(row['certainty']),
      department: text(row['department']),
      owner: text(row['owner']),
      why: both(row, 'detail'),
      isNew: row['is_new'] === true,
    })),
    openings: records(result.tables['openings']).map((row) => ({
      opening: text(row['opening']),
      title: both(row, 'title'),
      name: text(row['name']),
      account: text(row['account']),
      wonBack: number(row['won_back']),
      department: text(row['department']),
      owner: text(row['owner']),
      why: both(row, 'detail'),
      isNew: row['is_new'] === true,
    })),
    sentences: said('sentences'),
    missing: said('missing'),
  };
}

/** Whether a figure that is shown is anything but zero. */
export const isAnything = (shown: string): boolean => /[1-9]/.test(shown);

/** Whether a change is for the better; a change of nothing, or of what is shown as nothing, is neither. */
export function verdictOf(
  change: number | null,
  better: 'up' | 'down',
  shown = String(change),
): 'good' | 'bad' | '' {
  if (!change || !isAnything(shown)) return '';
  return change > 0 === (better === 'up') ? 'good' : 'bad';
}
