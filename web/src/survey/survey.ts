import { number, records, text } from '../api/table';
import type { Result, Text2 } from '../api/types';

export interface FormOption {
  id: string;
  text: Text2;
}
export interface FormSurvey {
  id: string;
  title: Text2;
  question: Text2;
  most: number;
  none: string;
  options: FormOption[];
}
export interface Form {
  department: string;
  surveys: FormSurvey[];
}

/** What is chosen after one more click: at most so many, and "none" goes with nothing else. */
export function chosenAfter(survey: FormSurvey, chosen: readonly string[], option: string): string[] {
  if (chosen.includes(option)) return chosen.filter((one) => one !== option);
  if (survey.most === 1 || option === survey.none) return [option];
  const kept = chosen.filter((one) => one !== survey.none);
  return survey.most > 0 && kept.length >= survey.most ? [...kept] : [...kept, option];
}

/** Whether a name of a host leads to the machine that asks, and to no other. */
export const isOnlyHere = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);

const answeredKey = (token: string): string => `weir.survey.${token.slice(0, 16)}.answered`;

/** Whether this browser has answered by this link: the server takes no second answer of it. */
export const hasAnswered = (token: string, storage: Storage | undefined): boolean =>
  storage?.getItem(answeredKey(token)) === 'yes';

export function keepAnswered(token: string, storage: Storage | undefined): void {
  storage?.setItem(answeredKey(token), 'yes');
}

/** A random number that this browser keeps for this link alone, so that it does not answer twice. */
export function respondentOf(token: string, storage: Storage | undefined): string {
  const key = `weir.survey.${token.slice(0, 16)}`;
  const known = storage?.getItem(key);
  if (known) return known;
  const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  storage?.setItem(key, made);
  return made;
}

export interface Answer {
  option: string;
  text: Text2;
  chosen: number;
  share: number | null;
  low: number | null;
  high: number | null;
  published: number | null;
  publishedOther: number | null;
  beside: string;
}
export interface Department {
  name: string;
  respondents: number;
  answers: Answer[];
}
export interface SurveyResult {
  survey: string;
  title: Text2;
  question: Text2;
  source: Text2;
  respondents: number;
  divergence: number | null;
  differs: boolean | null;
  widest: string;
  most: string;
  least: string;
  departments: Department[];
}

/** Each survey with what all and what each department answered; the philosophy question stands at the end. */
export function readSurveys(result: Result | undefined): SurveyResult[] {
  const both = (row: Record<string, unknown>, name: string): Text2 => ({
    en: String(row[`${name}_en`] ?? ''),
    ru: String(row[`${name}_ru`] ?? ''),
  });
  const answers = [...records(result?.tables['answers']), ...records(result?.tables['philosophy'])];
  return records(result?.tables['surveys']).map((row) => {
    const survey = text(row['survey']);
    const departments: Department[] = [];
    for (const one of answers.filter((answer) => text(answer['survey']) === survey)) {
      const name = text(one['department']);
      let department = departments.find((known) => known.name === name);
      if (!department) {
        department = { name, respondents: number(one['respondents']) ?? 0, answers: [] };
        departments.push(department);
      }
      department.answers.push({
        option: text(one['option']),
        text: both(one, 'text'),
        chosen: number(one['chosen']) ?? 0,
        share: number(one['share']),
        low: number(one['share_low']),
        high: number(one['share_high']),
        published: number(one['published']),
        publishedOther: number(one['published_other']),
        beside: text(one['beside']),
      });
    }
    return {
      survey,
      title: both(row, 'title'),
      question: both(row, 'question'),
      source: both(row, 'source'),
      respondents: number(row['respondents']) ?? 0,
      divergence: number(row['divergence']),
      differs: typeof row['differs'] === 'boolean' ? row['differs'] : null,
      widest: text(row['widest']),
      most: text(row['most']),
      least: text(row['least']),
      departments,
    };
  });
}

export interface Link {
  link: number;
  department: string;
  state: string;
  answers: number;
  most: number;
  expiresAt: string;
}

/** With what a link has become by itself: it ended, or took all that it takes. */
export function readLinks(result: Result | undefined, now: Date): Link[] {
  return records(result?.tables['links']).map((row) => {
    const link = {
      link: number(row['link']) ?? 0,
      department: text(row['department']),
      state: text(row['state']),
      answers: number(row['answers']) ?? 0,
      most: number(row['most']) ?? 0,
      expiresAt: text(row['expires_at']),
    };
    if (link.state !== 'open') return link;
    if (link.answers >= link.most) return { ...link, state: 'full' };
    return new Date(link.expiresAt) <= now ? { ...link, state: 'ended' } : link;
  });
}

export interface Constraint {
  constraint: string;
  kind: string;
  title: Text2;
  isMeasured: boolean;
  gain: number;
  low: number;
  high: number;
  isAlike: boolean;
  measure: string;
  now: number;
  attainable: number;
  best: string;
  cases: number;
  lacks: Text2;
}

export function readConstraints(result: Result | undefined): Constraint[] {
  return records(result?.tables['constraints']).map((row) => ({
    constraint: text(row['constraint']),
    kind: text(row['kind']),
    title: { en: text(row['title_en']), ru: text(row['title_ru']) },
    isMeasured: row['state'] === 'measured',
    gain: number(row['gain']) ?? 0,
    low: number(row['gain_low']) ?? 0,
    high: number(row['gain_high']) ?? 0,
    isAlike: row['is_alike'] === true,
    measure: text(row['measure']),
    now: number(row['now']) ?? 0,
    attainable: number(row['attainable']) ?? 0,
    best: text(row['best_part']),
    cases: number(row['cases']) ?? 0,
    lacks: { en: text(row['lacks_en']), ru: text(row['lacks_ru']) },
  }));
}

export interface Part {
  part: string;
  cases: number;
  measured: number;
  likely: number;
  attainable: number;
  gain: number;
  isBest: boolean;
}

export function readParts(result: Result | undefined, constraint: string): Part[] {
  return records(result?.tables['parts'])
    .filter((row) => row['constraint'] === constraint)
    .map((row) => ({
      part: text(row['part']),
      cases: number(row['cases']) ?? 0,
      measured: number(row['measured']) ?? 0,
      likely: number(row['likely']) ?? 0,
      attainable: number(row['attainable']) ?? 0,
      gain: number(row['gain']) ?? 0,
      isBest: row['is_best'] === true,
    }));
}
