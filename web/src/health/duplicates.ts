import { number, records, text } from '../api/table';
import type { Result, Table } from '../api/types';

export const kStates = ['review', 'linked', 'certain', 'decided'] as const;

export interface Pair {
  /** Of the row, as `explain` and the address name it. */
  key: string;
  entity: string;
  state: string;
  ids: [string, string];
  names: [string, string];
  probability: number | null;
  shared: string[];
  differs: string[];
  affected: number;
  open: number;
  won: number;
  mrr: number;
  twice: number;
  owners: string;
  verdict: string;
  who: string;
  decidedAt: string;
  decision: string;
  reason: string;
  /** Of our records; both are one where entity resolution has made them one. */
  entityIds: [string, string];
}

const words = (cell: string): string[] => cell.split(', ').filter(Boolean);

/** The rows of the queue, or the one of a pair side by side. */
export function readPairs(table: Table | undefined): Pair[] {
  return records(table).map((row) => {
    const ids: [string, string] = [text(row['id_a']), text(row['id_b'])];
    return {
      key: [text(row['entity']), ...ids].join('|'),
      entity: text(row['entity']),
      state: text(row['state']),
      ids,
      names: [text(row['name_a']) || ids[0], text(row['name_b']) || ids[1]],
      probability: number(row['probability']),
      shared: words(text(row['shared'])),
      differs: words(text(row['differs'])),
      affected: number(row['affected']) ?? 0,
      open: number(row['open']) ?? 0,
      won: number(row['won']) ?? 0,
      mrr: number(row['mrr']) ?? 0,
      twice: number(row['twice']) ?? 0,
      owners: text(row['owners']),
      verdict: text(row['verdict']),
      who: text(row['who']),
      decidedAt: text(row['decided_at']),
      decision: text(row['decision_id']),
      reason: text(row['reason']),
      entityIds: [text(row['entity_id_a']), text(row['entity_id_b'])],
    };
  });
}

/** Pairs that are put off come last, in the order in which they were. */
export function withLater(pairs: readonly Pair[], later: readonly string[]): Pair[] {
  const isLater = new Set(later);
  return [...pairs.filter((one) => !isLater.has(one.key)), ...pairs.filter((one) => isLater.has(one.key))];
}

/** The pair after the chosen one, or before it; the first where none is chosen. */
export function neighbour(pairs: readonly Pair[], chosen: string, step: 1 | -1): Pair | undefined {
  const at = pairs.findIndex((one) => one.key === chosen);
  if (at < 0) return pairs[0];
  return pairs[Math.min(pairs.length - 1, Math.max(0, at + step))];
}

/** What a decision is about: the marked pairs, or where none is the chosen one; of either what waits for a word. */
export function toDecide(
  pairs: readonly Pair[],
  marked: readonly string[],
  chosen: Pair | undefined,
): Pair[] {
  const meant = pairs.filter((one) => marked.includes(one.key));
  if (!meant.length && chosen) meant.push(chosen);
  return meant.filter((one) => one.state !== 'decided');
}

export interface Effect {
  entity: string;
  step: string;
  pairs: number;
  records: [number, number];
  customers: [number, number] | undefined;
  pipeline: [number, number] | undefined;
  twice: number;
}

export function readEffects(result: Result): Effect[] {
  return records(result.tables['effect']).map((row) => {
    const both = (name: string): [number, number] | undefined => {
      const [before, after] = [number(row[`${name}_before`]), number(row[`${name}_after`])];
      return before === null || after === null ? undefined : [before, after];
    };
    return {
      entity: text(row['entity']),
      step: text(row['step']),
      pairs: number(row['pairs']) ?? 0,
      records: both('records') ?? [0, 0],
      customers: both('customers'),
      pipeline: both('pipeline'),
      twice: number(row['twice']) ?? 0,
    };
  });
}

/** How many pairs there are of each state, of what is looked at. */
export function countStates(result: Result): Map<string, { pairs: number; affected: number }> {
  const counts = new Map<string, { pairs: number; affected: number }>();
  for (const row of records(result.tables['states'])) {
    const known = counts.get(text(row['state'])) ?? { pairs: 0, affected: 0 };
    counts.set(text(row['state']), {
      pairs: known.pairs + (number(row['pairs']) ?? 0),
      affected: known.affected + (number(row['affected']) ?? 0),
    });
  }
  return counts;
}

export interface Calibration {
  state: 'drawn' | 'checked' | 'unchecked';
  pairs: number;
}

/** What decisions say of the probabilities: of companies and people together, the less that is known. */
export function readCalibration(result: Result): Calibration | undefined {
  const rows = records(result.tables['calibration']);
  if (!rows.length) return undefined;
  const pairs = rows.reduce((sum, row) => sum + (number(row['decided']) ?? 0), 0);
  const has = (state: string): boolean => rows.some((row) => text(row['state']) === state);
  return { state: has('drawn') ? 'drawn' : has('checked') ? 'checked' : 'unchecked', pairs };
}

/** From so many decided pairs on probabilities are checked (src/identity/calibration.h). */
export const kFewestLabels = 30;

export interface FieldRow {
  field: string;
  values: [string, string];
  survives: string;
  origin: string;
  decidedBy: string;
  agrees: boolean;
}

export function readFields(result: Result): FieldRow[] {
  return records(result.tables['fields']).map((row) => ({
    field: text(row['field']),
    values: [text(row['value_a']), text(row['value_b'])],
    survives: text(row['survives']),
    origin: text(row['origin']),
    decidedBy: text(row['decided_by']),
    agrees: row['agrees'] === true,
  }));
}

export interface Weight {
  field: string;
  level: string;
  values: [string, string];
  weight: number;
  total: number;
  probability: number;
  /** Where the bar lies, in percent of the lane. */
  left: number;
  width: number;
}

export interface Weights {
  steps: Weight[];
  /** Where the odds are even, in percent of the lane. */
  even: number;
}

/** A bar for each field, from what was known before it to what is known with it. */
export function readWeights(result: Result): Weights {
  const rows = records(result.tables['weights']).map((row) => ({
    field: text(row['field']),
    level: text(row['level']),
    values: [text(row['value_a']), text(row['value_b'])] as [string, string],
    weight: number(row['weight']) ?? 0,
    total: number(row['total']) ?? 0,
    probability: number(row['probability']) ?? 0,
  }));
  const low = Math.min(0, ...rows.map((row) => row.total));
  const high = Math.max(0, ...rows.map((row) => row.total));
  const scale = 100 / (high - low || 1);
  return {
    even: -low * scale,
    steps: rows.map((row) => {
      const from = row.total - row.weight;
      return {
        ...row,
        left: (Math.min(from, row.total) - low) * scale,
        width: Math.abs(row.weight) * scale,
      };
    }),
  };
}

/** A share that is neither none nor all is not said to be: "> 99.9 %". */
export function nearly(share: number, say: (share: number) => string): string {
  const kLeast = 0.001;
  if (share < kLeast && share > 0) return `< ${say(kLeast)}`;
  if (share > 1 - kLeast && share < 1) return `> ${say(1 - kLeast)}`;
  return say(share);
}

/** Sources with records that are one here and two there. */
export function sourcesToMerge(table: Table | undefined): string[] {
  const sources = records(table)
    .filter((row) => row['in_source'] === true)
    .map((row) => text(row['source_a']));
  return [...new Set(sources)].sort();
}
