import { groupBy, number, records, text } from '../api/table';
import type { Params, Result, Text2 } from '../api/types';

export interface Stage {
  key: string;
  of: string;
  source: string;
  pipeline: string;
  name: string;
  status: string;
  type: string;
  rows: number;
  step: string;
  place: string;
  why: string;
  decision: number | null;
  firstSeen: string;
  isNew: boolean;
}

export interface Stages {
  /** Stages that no line knows, those with most rows first. */
  unmapped: Stage[];
  /** The others by their step, in the order of the steps. */
  mapped: Map<string, Stage[]>;
  /** Of each step, by kind. */
  sums: Map<string, { of: string; rows: number }[]>;
  /** What is new; without the line that only counts them. */
  notices: Text2[];
}

export function readStages(result: Result): Stages {
  const table = result.tables['stages'];
  const stages = records(table).map((row) => ({
    key: (table?.key ?? []).map((name) => text(row[name])).join('|'),
    of: text(row['of']),
    source: text(row['source']),
    pipeline: text(row['pipeline']),
    name: text(row['stage']),
    status: text(row['status']),
    type: text(row['type']),
    rows: number(row['rows']) ?? 0,
    step: text(row['step']),
    place: text(row['place']),
    why: text(row['why']),
    decision: number(row['decision_id']),
    firstSeen: text(row['first_seen_at']),
    isNew: row['is_new'] === true,
  }));
  const sums = records(result.tables['steps']).map((row) => ({
    step: text(row['step']),
    of: text(row['of']),
    rows: number(row['rows']) ?? 0,
  }));
  return {
    unmapped: stages.filter((one) => !one.step),
    mapped: groupBy(
      stages.filter((one) => one.step),
      (one) => one.step,
    ),
    sums: groupBy(sums, (one) => one.step),
    notices: records(result.tables['notices'])
      .filter((row) => row['code'] !== 'stages_unmapped')
      .map((row) => ({ en: text(row['en']), ru: text(row['ru']) })),
  };
}

/** What names exactly this stage to the action; what does not apply is left out. */
export function placing(stage: Stage, step: string): Params {
  const params: Params = { stage: stage.name, step, of: stage.of, source: stage.source };
  if (stage.pipeline) params['pipeline'] = stage.pipeline;
  if (stage.status) params['status'] = stage.status;
  if (stage.type) params['type'] = stage.type;
  return params;
}
