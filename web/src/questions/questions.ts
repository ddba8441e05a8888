import { columnIndex, number, records, text } from '../api/table';
import type { Cell, Params, Result, Table, Text2 } from '../api/types';
import type { BridgeShape, BridgeStep } from '../charts/waterfall';

export const kQuestions = ['why', 'lose', 'help', 'quarter'] as const;
export type QuestionName = (typeof kQuestions)[number];

export type PeriodChoice = 'quarter' | 'month' | 'year' | 'twelve' | 'bar';

/** Which periods a question may be asked of, the usual one first; none: the quarter that holds the moment asked for. */
export const kPeriods: Record<QuestionName, readonly PeriodChoice[]> = {
  why: ['quarter', 'month', 'year', 'bar'],
  lose: ['twelve', 'bar'],
  help: ['twelve', 'bar'],
  quarter: [],
};

export function isQuestion(name: string): name is QuestionName {
  return kQuestions.some((one) => one === name);
}

/** The period that the address names, as far as the question knows it. */
export function periodOf(question: QuestionName, address: URLSearchParams): PeriodChoice | undefined {
  const periods = kPeriods[question];
  return periods.find((one) => one === address.get('of')) ?? periods[0];
}

/** What the analysis is asked: team and segment of the filter bar, its days only where they are chosen. */
export function paramsOf(question: QuestionName, address: URLSearchParams, bar: Params): Params {
  const { from, to, ...rest } = bar;
  const params: Params = { ...rest };
  const period = periodOf(question, address);
  if (period === 'bar') {
    if (from !== undefined) params['from'] = from;
    if (to !== undefined) params['to'] = to;
  } else if (question === 'why' && period && period !== 'quarter') {
    params['period'] = period;
  }
  if (question === 'why' && address.get('against') === 'year_ago') params['against'] = 'year_ago';
  return params;
}

export interface Answer {
  state: 'answered' | 'too_little' | 'nothing';
  text: Text2;
  steps: { code: string; text: Text2; table: string }[];
  unknown: { code: string; text: Text2 }[];
  next: { text: Text2; page: string }[];
}

const textOf = (row: Record<string, Cell>): Text2 => ({ en: text(row['text_en']), ru: text(row['text_ru']) });

export function readAnswer(result: Result): Answer | undefined {
  const [row] = records(result.tables['answer']);
  if (!row) return undefined;
  return {
    state: text(row['state']) as Answer['state'],
    text: textOf(row),
    steps: records(result.tables['steps']).map((step) => ({
      code: text(step['code']),
      text: textOf(step),
      table: text(step['figures']),
    })),
    unknown: records(result.tables['unknown']).map((one) => ({ code: text(one['code']), text: textOf(one) })),
    next: records(result.tables['next']).map((one) => ({ text: textOf(one), page: text(one['page']) })),
  };
}

/** The causes of a change as a waterfall; each opens its rows. */
export function readCauses(table: Table): BridgeShape {
  let total = 0;
  const steps = records(table).map((row): BridgeStep => {
    const kind = text(row['kind']) as BridgeStep['kind'];
    const value = number(row['effect'] ?? null) ?? 0;
    const from = kind === 'part' ? total : 0;
    total = kind === 'part' ? total + value : value;
    const title = { en: text(row['title_en']), ru: text(row['title_ru']) };
    return { part: text(row['cause']), kind, title, value, rows: 1, from, to: total };
  });
  const ends = steps.flatMap((step) => [step.from, step.to]);
  return { steps, low: Math.min(0, ...ends), high: Math.max(0, ...ends) };
}

/** The unit that a cell has by its row, where a column holds values of several. */
export function unitIn(table: Table, column: string, row: Cell[]): string | undefined {
  if (column !== 'before' && column !== 'now') return undefined;
  const unit = columnIndex(table, 'unit');
  return unit < 0 ? undefined : text(row[unit]);
}

/** A path with a query, told apart. */
export function linkOf(page: string): { path: string; query: Record<string, string> } {
  const [path = page, query = ''] = page.split('?');
  return { path, query: Object.fromEntries(new URLSearchParams(query)) };
}
