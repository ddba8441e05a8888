import { number, records, text } from '../api/table';
import type { Cell, Result, Text2 } from '../api/types';
import type { Formatter } from '../i18n/format';
import { idPath } from '../router/ids';

export const kTabs = ['verdict', 'evidence', 'survey', 'weakest', 'plan', 'boards'] as const;
/** Names, the same in every language. */
export const kSides: Record<string, string> = { salesops: 'SalesOps', revops: 'RevOps' };

export type Tab = (typeof kTabs)[number];
export const tabOf = (rest: string): Tab => kTabs.find((one) => one === rest.split('/')[0]) ?? 'verdict';

const both = (row: Record<string, Cell>, name: string): Text2 => ({
  en: text(row[`${name}_en`]),
  ru: text(row[`${name}_ru`]),
});

export interface Score {
  value: number | null;
  low: number | null;
  high: number | null;
}

export interface Verdict {
  verdict: string;
  said: Text2;
  confidence: number | null;
  salesops: Score;
  revops: Score;
  need: number;
  signs: number;
  measuredSigns: number;
  lines: number;
  measuredLines: number;
  supporting: number;
  against: number;
}

const scoreOf = (row: Record<string, Cell>, name: string): Score => ({
  value: number(row[name]),
  low: number(row[`${name}_low`]),
  high: number(row[`${name}_high`]),
});

export function readVerdict(result: Result | undefined): Verdict | undefined {
  const row = records(result?.tables['verdict'])[0];
  if (!row) return undefined;
  return {
    verdict: text(row['verdict']),
    said: both(row, 'said'),
    confidence: number(row['confidence']),
    salesops: scoreOf(row, 'salesops'),
    revops: scoreOf(row, 'revops'),
    need: number(row['need']) ?? 0,
    signs: number(row['signs']) ?? 0,
    measuredSigns: number(row['measured_signs']) ?? 0,
    lines: number(row['lines']) ?? 0,
    measuredLines: number(row['measured_lines']) ?? 0,
    supporting: number(row['for']) ?? 0,
    against: number(row['against']) ?? 0,
  };
}

/** The name of a verdict: of a side, the same in every language. */
export const nameOfVerdict = (verdict: string, names: Record<string, string>): string =>
  kSides[verdict] ?? names[verdict] ?? verdict;

/** What the data allow beside the verdict, the likeliest first; what is hardly possible is left out. */
export function readOthers(
  result: Result | undefined,
  verdict: string,
): { verdict: string; chance: number }[] {
  const kHardly = 0.1;
  return records(result?.tables['chances'])
    .map((row) => ({ verdict: text(row['verdict']), chance: number(row['chance']) ?? 0 }))
    .filter((one) => one.verdict !== verdict && one.chance >= kHardly);
}

/** high, fair or low: what a share of draws means in a word. */
export function certaintyOf(confidence: number | null): 'high' | 'fair' | 'low' {
  if (confidence !== null && confidence >= 0.8) return 'high';
  return confidence !== null && confidence >= 0.6 ? 'fair' : 'low';
}

export interface Sign {
  sign: string;
  side: string;
  kind: string;
  title: Text2;
  state: string;
  strength: number | null;
  measured: number;
  lines: number;
  measuredLines: number;
  meaning: Text2;
  mend: Text2;
}

export function readSigns(result: Result | undefined): Sign[] {
  return records(result?.tables['signs']).map((row) => ({
    sign: text(row['sign']),
    side: text(row['side']),
    kind: text(row['kind']),
    title: both(row, 'title'),
    state: text(row['state']),
    strength: number(row['strength']),
    measured: number(row['measured']) ?? 0,
    lines: number(row['lines']) ?? 0,
    measuredLines: number(row['measured_lines']) ?? 0,
    meaning: both(row, 'meaning'),
    mend: both(row, 'mend'),
  }));
}

export interface Line {
  line: string;
  sign: string;
  title: Text2;
  state: string;
  pull: string;
  value: number | null;
  low: number | null;
  high: number | null;
  unit: string;
  hits: number | null;
  cases: number | null;
  clearNo: number;
  clearYes: number;
  grade: number | null;
  note: Text2;
  analysis: string;
  /** What that analysis was asked with, as an address has it. */
  asked: string;
  page: string;
}

export function readLines(result: Result | undefined, table: string): Line[] {
  return records(result?.tables[table]).map((row) => ({
    line: text(row['line']),
    sign: text(row['sign']),
    title: both(row, 'title'),
    state: text(row['state']),
    pull: text(row['pull']),
    value: number(row['value']),
    low: number(row['value_low']),
    high: number(row['value_high']),
    unit: text(row['value_unit']),
    hits: number(row['hits']),
    cases: number(row['cases']),
    clearNo: number(row['clear_no']) ?? 0,
    clearYes: number(row['clear_yes']) ?? 1,
    grade: number(row['grade']),
    note: both(row, 'note'),
    analysis: text(row['analysis']),
    asked: text(row['asked']),
    page: text(row['page']),
  }));
}

interface Traced {
  state: string;
  cases: number | null;
  analysis: string;
  asked: string;
}

/** A line whose rows are kept by the diagnosis itself: what was hit, else what was looked at. */
export const hasRows = (line: Traced): boolean =>
  line.state === 'measured' && line.analysis === 'diagnose.readings' && (line.cases ?? 0) > 0;

/** Of a line that rests on another analysis: that one, asked as the diagnosis asked it, with its rows. */
export const answerOf = (line: Traced): { path: string; params: Record<string, string> } | undefined =>
  line.analysis && line.analysis !== 'diagnose.readings'
    ? {
        path: `/analyses/${idPath(line.analysis)}`,
        params: Object.fromEntries(new URLSearchParams(line.asked)),
      }
    : undefined;

/** A page of the catalogue of signs, which may carry a question of its own. */
export function pageOf(page: string): { path: string; params: Record<string, string> } {
  const [path = '', query = ''] = page.split('?');
  return { path, params: Object.fromEntries(new URLSearchParams(query)) };
}

export interface Figure {
  figure: string;
  board: string;
  title: Text2;
  state: string;
  value: number | null;
  low: number | null;
  high: number | null;
  before: number | null;
  unit: string;
  turn: string;
  cases: number | null;
  note: Text2;
  analysis: string;
  asked: string;
  page: string;
}

export function readFigures(result: Result | undefined): Figure[] {
  return records(result?.tables['figures']).map((row) => ({
    figure: text(row['figure']),
    board: text(row['board']),
    title: both(row, 'title'),
    state: text(row['state']),
    value: number(row['value']),
    low: number(row['value_low']),
    high: number(row['value_high']),
    before: number(row['before']),
    unit: text(row['value_unit']),
    turn: text(row['turn']),
    cases: number(row['cases']),
    note: both(row, 'note'),
    analysis: text(row['analysis']),
    asked: text(row['asked']),
    page: text(row['page']),
  }));
}

export interface Baseline {
  figure: string;
  title: Text2;
  state: string;
  value: number | null;
  low: number | null;
  high: number | null;
  unit: string;
  sealed: number | null;
  sealedOn: string;
  change: number | null;
  changeLow: number | null;
  changeHigh: number | null;
  turn: string;
  claimed: number | null;
  note: Text2;
}

export function readBaseline(result: Result | undefined): Baseline[] {
  return records(result?.tables['figures']).map((row) => ({
    figure: text(row['figure']),
    title: both(row, 'title'),
    state: text(row['state']),
    value: number(row['value']),
    low: number(row['value_low']),
    high: number(row['value_high']),
    unit: text(row['value_unit']),
    sealed: number(row['sealed']),
    sealedOn: text(row['sealed_on']),
    change: number(row['change']),
    changeLow: number(row['change_low']),
    changeHigh: number(row['change_high']),
    turn: text(row['turn']),
    claimed: number(row['claimed']),
    note: both(row, 'note'),
  }));
}

export interface Belief {
  option: string;
  text: Text2;
  share: number | null;
}

/** What all who answered believe; nothing before anybody did. */
export function readBeliefs(result: Result | undefined): Belief[] {
  const all = records(result?.tables['philosophy']).filter((row) => text(row['department']) === '');
  return all
    .filter((row) => (number(row['respondents']) ?? 0) > 0)
    .map((row) => ({ option: text(row['option']), text: both(row, 'text'), share: number(row['share']) }));
}

export interface Waiting {
  said: Text2;
  amount: number | null;
  wonBack: number | null;
  hireQuarter: number | null;
  shareNeeded: number | null;
  breakEven: number | null;
  breakEvenLow: number | null;
  breakEvenHigh: number | null;
  pays: string;
}

export function readWaiting(result: Result | undefined): Waiting | undefined {
  const row = records(result?.tables['waiting'])[0];
  if (!row) return undefined;
  return {
    said: both(row, 'said'),
    amount: number(row['amount']),
    wonBack: number(row['won_back']),
    hireQuarter: number(row['hire_quarter']),
    shareNeeded: number(row['share_needed']),
    breakEven: number(row['break_even']),
    breakEvenLow: number(row['break_even_low']),
    breakEvenHigh: number(row['break_even_high']),
    pays: text(row['pays']),
  };
}

export interface Stage {
  stage: string;
  title: Text2;
  when: Text2;
  role: Text2;
  reportsTo: Text2;
  tasks: Text2;
  rules: { rule: string; title: Text2 }[];
  leaks: number;
  amount: number | null;
  low: number | null;
  high: number | null;
  wonBack: number | null;
}

const parts = (cell: Cell | undefined, by: string): string[] => text(cell).split(by).filter(Boolean);

// Ids and titles come in one order.
function rulesOf(row: Record<string, Cell>): Stage['rules'] {
  const en = parts(row['leaks_en'], '; ');
  const ru = parts(row['leaks_ru'], '; ');
  return parts(row['rules'], ', ').map((rule, at) => ({
    rule,
    title: { en: en[at] ?? rule, ru: ru[at] ?? rule },
  }));
}

export function readStages(result: Result | undefined): Stage[] {
  return records(result?.tables['stages']).map((row) => ({
    stage: text(row['stage']),
    title: both(row, 'title'),
    when: both(row, 'when'),
    role: both(row, 'role'),
    reportsTo: both(row, 'reports_to'),
    tasks: both(row, 'tasks'),
    rules: rulesOf(row),
    leaks: number(row['leaks']) ?? 0,
    amount: number(row['amount']),
    low: number(row['amount_low']),
    high: number(row['amount_high']),
    wonBack: number(row['won_back']),
  }));
}

/** A value as its unit is read. */
export function said(value: number | null, unit: string, currency: string, f: Formatter): string {
  if (value === null) return '–';
  if (unit === 'share' || unit === 'ratio') return f.share(value, Math.abs(value) < 0.1 ? 1 : 0);
  if (unit === 'money') return f.money(value, currency, 'short');
  if (unit === 'days') return f.days(value);
  if (unit === 'hours') return f.hours(value);
  return unit === 'count' ? f.integer(value) : f.decimal(value);
}

/** Where a value stands between "clear no" (0) and "clear yes" (1), a fifth beyond either end at most. */
export function placeOf(line: Line, value: number): number {
  const at = (value - line.clearNo) / (line.clearYes - line.clearNo);
  return (Math.min(1.2, Math.max(-0.2, at)) + 0.2) / 1.4;
}
