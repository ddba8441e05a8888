import { records, text } from '../api/table';
import type { Table } from '../api/types';

export interface Comment {
  id: number;
  /** Path and query of the page that shows the number; empty where none was named. */
  place: string;
  text: string;
  /** Whether the text is kept back from who sees personal data masked. */
  isMasked: boolean;
  author: string;
  writtenAt: string;
  isRemovable: boolean;
}

export function readComments(table: Table | undefined): Comment[] {
  return records(table).map((row) => ({
    id: Number(row['id']),
    place: text(row['place']),
    text: text(row['text']),
    isMasked: row['text'] === null,
    author: text(row['author']),
    writtenAt: text(row['written_at']),
    isRemovable: row['is_removable'] === true,
  }));
}

/** The accounts that a text names, each once: "@ann, see what @bob said" names ann and bob; an e-mail names nobody. */
export function mentionsIn(written: string): string[] {
  const found = written.matchAll(/(?<![\p{L}\p{N}_.])@([\p{L}\p{N}_]+(?:[.-][\p{L}\p{N}_]+)*)/gu);
  return [...new Set([...found].map((one) => one[1] ?? ''))];
}

/** How many open comments each metric has. */
export function countsByMetric(table: Table | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of records(table)) {
    const subject = text(row['subject']);
    if (!subject.startsWith('metric:')) continue;
    const metric = subject.slice('metric:'.length);
    counts.set(metric, (counts.get(metric) ?? 0) + 1);
  }
  return counts;
}
