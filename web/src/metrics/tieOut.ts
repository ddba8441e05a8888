import { records, text } from '../api/table';
import type { Params, Result, Text2 } from '../api/types';

/** One question that gives the figure, or comes near to it. */
export interface TieAnswer {
  position: string;
  isMatch: boolean;
  why: Text2;
  value: string;
  unit: string;
  difference: string;
  chance: number | null;
  rowCount: number;
  /** What the page of the metric is asked for, where a metric gives the number. */
  link: { metric: string; query: Record<string, string> } | undefined;
}

export interface TieRow {
  position: string;
  table: string;
  id: string;
  name: string;
  value: string;
  why: Text2;
}

export interface TieOut {
  verdict: string;
  said: Text2;
  answers: TieAnswer[];
  rows: TieRow[];
}

/** What the analysis found, as the card shows it. */
export function readTieOut(result: Result): TieOut | undefined {
  const figure = records(result.tables['figure'])[0];
  if (!figure) return undefined;
  const both = (row: Record<string, unknown>, name: string): Text2 => ({
    en: text(row[`${name}_en`] as never),
    ru: text(row[`${name}_ru`] as never),
  });
  return {
    verdict: text(figure['verdict']),
    said: both(figure, 'said'),
    answers: records(result.tables['answers']).map((row) => ({
      position: text(row['position']),
      isMatch: row['is_match'] === true,
      why: both(row, 'why'),
      value: text(row['value']),
      unit: text(row['unit']),
      difference: text(row['difference']),
      chance: row['chance'] == null ? null : Number(row['chance']),
      rowCount: Number(row['row_count'] ?? 0),
      link: row['is_askable'] === true ? linkOf(row) : undefined,
    })),
    rows: records(result.tables['rows']).map((row) => ({
      position: text(row['position']),
      table: text(row['table']),
      id: text(row['id']),
      name: text(row['name']) || text(row['id']),
      value: text(row['value']),
      why: both(row, 'why'),
    })),
  };
}

function linkOf(row: Record<string, unknown>): TieAnswer['link'] {
  const said = (name: string): string => text(row[name] as never);
  const query: Record<string, string> = { grain: 'none' };
  const period: Record<string, string> = {
    from: said('from'),
    to: said('to'),
    where: said('where'),
    as_of: said('as_of'),
  };
  for (const [name, value] of Object.entries(period)) if (value) query[name] = value;
  if (!query['from'] && !query['to']) query['period'] = 'all';
  if (said('known_at')) query['known_at'] = said('known_at');
  if (row['with_excluded'] === true) query['with_excluded'] = 'true';
  return { metric: said('metric'), query };
}

/** What is asked, once a figure is there. */
export function tieOutParams(figure: string, metric: string, asked: Params): Params | undefined {
  const typed = figure.trim();
  return typed ? { figure: typed, metric, ...asked } : undefined;
}
