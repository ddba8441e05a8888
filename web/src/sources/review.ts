import { groupBy, number, records, text } from '../api/table';
import type { Cell, Result, Text2 } from '../api/types';

export interface ReviewedFile {
  file: string;
  source: string;
  object: string;
  score: number | null;
  reason: Text2;
  state: string;
  read: number;
  fresh: number;
  updated: number;
  unchanged: number;
  quarantined: number;
  observedAt: string;
  observedFrom: string;
  importId: string;
  mapped: ReviewedColumn[];
  unmapped: ReviewedColumn[];
  problems: ReviewedProblem[];
}

export interface ReviewedColumn {
  column: string;
  mappedTo: string;
  type: string;
  sample: string;
  note: Text2;
}

export interface ReviewedProblem {
  line: number | null;
  column: string;
  code: string;
  reason: Text2;
  raw: string;
}

/** What a dry run or an import says, file by file. */
export function readReview(result: Result): ReviewedFile[] {
  const columns = grouped(records(result.tables['columns']));
  const problems = grouped(records(result.tables['problems']));
  return records(result.tables['files']).map((row) => {
    const file = text(row['file']);
    const all = (columns.get(file) ?? []).map(readColumn);
    return {
      file,
      source: text(row['source']),
      object: text(row['object']),
      score: number(row['score']),
      reason: both(row, 'reason'),
      state: text(row['state']),
      read: number(row['read']) ?? 0,
      fresh: number(row['new']) ?? 0,
      updated: number(row['updated']) ?? 0,
      unchanged: number(row['unchanged']) ?? 0,
      quarantined: number(row['quarantined']) ?? 0,
      observedAt: text(row['observed_at']),
      observedFrom: text(row['observed_from']),
      importId: number(row['import_id']) === 0 ? '' : text(row['import_id']),
      mapped: all.filter((column) => column.mappedTo),
      unmapped: all.filter((column) => !column.mappedTo),
      problems: (problems.get(file) ?? []).map((problem) => ({
        line: number(problem['line']),
        column: text(problem['column']),
        code: text(problem['code']),
        reason: both(problem, 'reason'),
        raw: text(problem['raw']),
      })),
    };
  });
}

export function total(
  files: readonly ReviewedFile[],
  of: 'read' | 'fresh' | 'updated' | 'unchanged' | 'quarantined',
): number {
  return files.reduce((sum, file) => sum + file[of], 0);
}

function readColumn(row: Record<string, Cell>): ReviewedColumn {
  return {
    column: text(row['column']),
    mappedTo: text(row['mapped_to']),
    type: text(row['type']),
    sample: text(row['sample']),
    note: both(row, 'note'),
  };
}

function grouped(rows: Record<string, Cell>[]): Map<string, Record<string, Cell>[]> {
  return groupBy(rows, (row) => text(row['file']));
}

/** A text that is English under its name and Russian under its name with _ru. */
function both(row: Record<string, Cell>, name: string): Text2 {
  return { en: text(row[name]), ru: text(row[`${name}_ru`]) };
}
