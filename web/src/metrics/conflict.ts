import { number, records, text } from '../api/table';
import type { Result, Text2 } from '../api/types';

export interface SheetColumn {
  position: number;
  column: string;
  role: string;
  target: string;
  why: Text2;
}
export interface SheetCell {
  key: string;
  line: number;
  column: string;
  group: string;
  metric: string;
  state: string;
  there: string;
  value: number | null;
  difference: number | null;
  unit: string;
  isDoubtful: boolean;
  why: Text2;
}
export interface SheetRecord {
  key: string;
  line: number | null;
  kind: string;
  name: string;
  there: number | null;
  here: number | null;
  why: Text2;
}
export interface Conflict {
  said: Text2;
  compared: number;
  differ: number;
  unit: string;
  columns: SheetColumn[];
  cells: SheetCell[];
  records: SheetRecord[];
}

const words = (row: Record<string, unknown>, name: string): Text2 => ({
  en: text(row[`${name}_en`] as never),
  ru: text(row[`${name}_ru`] as never),
});

/** The answer of `metrics.conflict`. */
export function readConflict(result: Result): Conflict {
  const answer = records(result.tables['answer'])[0] ?? {};
  return {
    said: words(answer, 'said'),
    compared: number(answer['compared']) ?? 0,
    differ: number(answer['differ']) ?? 0,
    unit: text(answer['unit']),
    columns: records(result.tables['columns']).map((row) => ({
      position: number(row['position']) ?? 0,
      column: text(row['column']),
      role: text(row['role']),
      target: text(row['target']),
      why: words(row, 'why'),
    })),
    cells: records(result.tables['cells']).map((row) => ({
      key: `${text(row['line'])} ${text(row['position'])}`,
      line: number(row['line']) ?? 0,
      column: text(row['column']),
      group: text(row['group']),
      metric: text(row['metric']),
      state: text(row['state']),
      there: text(row['there']),
      value: number(row['value']),
      difference: number(row['difference']),
      unit: text(row['unit']),
      isDoubtful: row['is_doubtful'] === true,
      why: words(row, 'why'),
    })),
    records: records(result.tables['records']).map((row, at) => ({
      key: `${at}`,
      line: number(row['line']),
      kind: text(row['kind']),
      name: text(row['name']) || text(row['id']),
      there: number(row['there']),
      here: number(row['here']),
      why: words(row, 'why'),
    })),
  };
}

/** Names of columns hold '=' seldom, but they may: the last one parts. */
export const matchesOf = (chosen: Record<string, string>): string[] =>
  Object.entries(chosen)
    .filter(([, what]) => what)
    .map(([column, what]) => `${column}=${what}`);
