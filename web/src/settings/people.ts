import { number, records, tableOf, text } from '../api/table';
import type { Cell, Params, Result, Text2 } from '../api/types';

/** What can be decided about a member; the order is that of the screen. */
export const kFields = ['department', 'function', 'team', 'manager', 'started_on', 'ended_on'] as const;
export type Field = (typeof kFields)[number];
export type Origin = 'decision' | 'source' | 'guess' | '';

export interface Value {
  text: string;
  origin: Origin;
  certainty: string;
  why: { en: string; ru: string };
}

export interface Member {
  id: string;
  name: string;
  email: string;
  title: string;
  isActive: boolean;
  isSeller: boolean;
  values: Record<Field, Value>;
}

export interface Word {
  code: string;
  titles: { en: string; ru: string };
}

export interface People {
  members: Member[];
  departments: Word[];
  functions: Word[];
  teams: { id: string; name: string }[];
  planned: { id: string; name: string; since: string }[];
}

function valueOf(row: Record<string, Cell>, column: string, prefix = column): Value {
  return {
    text: text(row[column]),
    origin: text(row[`${prefix}_origin`]) as Origin,
    certainty: text(row[`${prefix}_certainty`]),
    why: { en: text(row[`${prefix}_why_en`]), ru: text(row[`${prefix}_why_ru`]) },
  };
}

function wordsOf(result: Result, table: string): Word[] {
  return records(tableOf(result, table)).map((row) => ({
    code: text(row['code']),
    titles: { en: text(row['title_en']), ru: text(row['title_ru']) },
  }));
}

export function readPeople(result: Result): People {
  return {
    members: records(tableOf(result, 'people')).map((row) => ({
      id: text(row['member_id']),
      name: text(row['name']),
      email: text(row['email']),
      title: text(row['title']),
      isActive: row['is_active'] === true,
      isSeller: row['is_seller'] === true,
      values: {
        department: valueOf(row, 'department'),
        function: valueOf(row, 'function'),
        team: valueOf(row, 'team'),
        manager: valueOf(row, 'manager'),
        started_on: valueOf(row, 'started_on', 'started'),
        ended_on: valueOf(row, 'ended_on', 'ended'),
      },
    })),
    departments: wordsOf(result, 'departments'),
    functions: wordsOf(result, 'functions'),
    teams: records(tableOf(result, 'teams')).map((row) => ({
      id: text(row['team_id']),
      name: text(row['team']),
    })),
    planned: records(tableOf(result, 'planned')).map((row) => ({
      id: text(row['member_id']),
      name: text(row['name']),
      since: text(row['since']),
    })),
  };
}

export interface Filter {
  text: string;
  /** A code; '-' for those without one; '' for all. */
  department: string;
  function: string;
  state: 'active' | 'left' | 'all';
  onlyGuessed: boolean;
}

const fits = (value: Value, wanted: string): boolean =>
  wanted === '' || (wanted === '-' ? value.text === '' : value.text === wanted);

export function filtered(members: readonly Member[], filter: Filter): Member[] {
  const needle = filter.text.trim().toLowerCase();
  return members.filter(
    (member) =>
      (filter.state === 'all' || member.isActive === (filter.state === 'active')) &&
      fits(member.values.department, filter.department) &&
      fits(member.values.function, filter.function) &&
      (!filter.onlyGuessed ||
        [member.values.department, member.values.function].some(
          (value) => value.origin === 'guess' || !value.origin,
        )) &&
      (!needle || `${member.name} ${member.email} ${member.title}`.toLowerCase().includes(needle)),
  );
}

export const isDay = (field: Field): boolean => field === 'started_on' || field === 'ended_on';

/** The parameters of people.set; '' as the value gives the word back to the sources. */
export function changeOf(members: readonly string[], field: Field, value: string, from: string): Params {
  return {
    members: [...members],
    ...(value ? { [field]: value } : { back: [field] }),
    ...(from && !isDay(field) && { from }),
  };
}

/** What a pasted list would change, as `people.preview` tells it. */
export interface Preview {
  lines: number;
  members: number;
  changed: number;
  changes: { id: string; name: string; field: Field; before: string; after: string; since: string }[];
  refused: { line: number; why: Text2; mend: Text2 }[];
  unknown: string[];
}

export function readPreview(result: Result): Preview {
  const summary = records(tableOf(result, 'summary'))[0] ?? {};
  const count = (name: string): number => number(summary[name] ?? null) ?? 0;
  return {
    lines: count('lines'),
    members: count('members'),
    changed: count('changes'),
    changes: records(tableOf(result, 'changes')).map((row) => ({
      id: text(row['member_id']),
      name: text(row['name']),
      field: text(row['field']) as Field,
      before: text(row['before']),
      after: text(row['after']),
      since: text(row['since']),
    })),
    refused: records(tableOf(result, 'refused')).map((row) => ({
      line: number(row['line'] ?? null) ?? 0,
      why: { en: text(row['reason_en']), ru: text(row['reason_ru']) },
      mend: { en: text(row['mend_en']), ru: text(row['mend_ru']) },
    })),
    unknown: records(tableOf(result, 'unknown')).map((row) => text(row['header'])),
  };
}
