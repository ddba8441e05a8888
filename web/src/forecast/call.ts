import { number, records, text } from '../api/table';
import type { Result, Table, Text2 } from '../api/types';
import { readSaid, type Change } from '../pipeline/pipeline';
import { treeLines, type Outlook, type TreeLine } from './forecast';

/** From the surest on. */
export const kCategories = ['commit', 'most_likely', 'best_case', 'pipeline'] as const;
export type Category = (typeof kCategories)[number];

export interface BoardCell {
  own: number | null;
  /** What those under the line say. */
  below: number | null;
  judgement: number | null;
  delta: number | null;
  /** What the deals promise by their categories in the CRM. */
  crm: number | null;
}

export interface BoardLine {
  node: string;
  kind: string;
  name: string;
  cells: Record<Category, BoardCell>;
  note: string;
  saidBy: string;
  saidAt: string;
  expected: number;
  said: number;
  won: number | null;
  model: { p10: number | null; p50: number | null; p90: number | null };
  target: number | null;
  chance: number | null;
  pooled: number | null;
  weight: number | null;
  isLocked: boolean;
  lockedFrom: string;
  lockedBy: string;
}

/** The lines of the call in the order of the tree. */
export function readBoard(table: Table | undefined): TreeLine<BoardLine>[] {
  const rows = records(table);
  const lines = rows.map((row): BoardLine & { parent: string } => {
    const of = (name: string): number | null => number(row[name]);
    const cells = Object.fromEntries(
      kCategories.map((name) => [
        name,
        {
          own: of(name),
          below: of(`${name}_below`),
          judgement: of(`${name}_judgement`),
          delta: of(`${name}_delta`),
          crm: of(`${name}_crm`),
        },
      ]),
    ) as Record<Category, BoardCell>;
    return {
      node: text(row['node']),
      parent: text(row['parent']),
      kind: text(row['kind']),
      name: text(row['name']),
      cells,
      note: text(row['note']),
      saidBy: text(row['said_by']),
      saidAt: text(row['said_at']),
      expected: of('expected') ?? 0,
      said: of('said') ?? 0,
      won: of('won'),
      model: { p10: of('model_p10'), p50: of('model_p50'), p90: of('model_p90') },
      target: of('target'),
      chance: of('target_probability'),
      pooled: of('pooled'),
      weight: of('pooled_weight'),
      isLocked: row['is_locked'] === true,
      lockedFrom: text(row['locked_from']),
      lockedBy: text(row['locked_by']),
    };
  });
  return treeLines(lines, (line) => ({ id: line.node, parent: line.parent }));
}

/** The model's line of the whole, where the answer has none. */
export function withOutlook(
  lines: readonly TreeLine<BoardLine>[],
  outlook: Outlook | undefined,
): TreeLine<BoardLine>[] {
  return lines.map((line, at) => {
    if (at > 0 || !outlook || line.value.model.p50 !== null) return line;
    const { p10, p50, p90, target, chance } = outlook;
    const model = { p10, p50, p90 };
    return {
      ...line,
      value: {
        ...line.value,
        model,
        target: line.value.target ?? target,
        chance: line.value.chance ?? (line.value.target === null ? chance : null),
      },
    };
  });
}

/** Categories in which anybody said anything, or deals promise anything. */
export function usedCategories(lines: readonly TreeLine<BoardLine>[]): Category[] {
  const used = kCategories.filter((name) =>
    lines.some(({ value }) => {
      const cell = value.cells[name];
      return cell.own !== null || cell.below !== null || (cell.crm ?? 0) !== 0;
    }),
  );
  return used.length ? used : [...kCategories.slice(0, 1), ...kCategories.slice(2)];
}

/** Whose line it is, as an action wants it: a member, a team or the company. */
export function lineParams(
  line: Pick<BoardLine, 'node' | 'kind'>,
): Record<string, string | boolean> | undefined {
  const id = line.node.slice(line.node.indexOf(':') + 1);
  if (line.kind === 'company') return { company: true };
  if (line.kind === 'team') return { team: id };
  return line.kind === 'member' ? { member: id } : undefined;
}

export interface CallDeal {
  id: string;
  name: string;
  account: string;
  owner: string;
  team: string;
  amount: number | null;
  category: string;
  stage: string;
  closes: string;
  nextStep: string;
  nextStepDays: number | null;
  silence: number | null;
  pushes: number;
  past: number | null;
  risk: number | null;
  against: Text2;
  probability: number | null;
  stake: number | null;
  why: Text2;
  notes: number;
  isDiscussed: boolean;
}

/** Deals to talk about, in the order of the answer. */
export function readCallDeals(result: Result | undefined): CallDeal[] {
  return records(result?.tables['deals']).map((row) => {
    const both = (name: string): Text2 => ({ en: text(row[`${name}_en`]), ru: text(row[`${name}_ru`]) });
    return {
      id: text(row['deal_id']),
      name: text(row['deal']),
      account: text(row['account']),
      owner: text(row['owner']),
      team: text(row['team']),
      amount: number(row['amount']),
      category: text(row['category']),
      stage: text(row['stage']),
      closes: text(row['close_date']),
      nextStep: text(row['next_step']),
      nextStepDays: number(row['next_step_days']),
      silence: number(row['silence_days']),
      pushes: number(row['pushes']) ?? 0,
      past: number(row['days_past_close']),
      risk: number(row['risk']),
      against: both('reasons'),
      probability: number(row['probability']),
      stake: number(row['at_stake']),
      why: both('model_reasons'),
      notes: number(row['notes']) ?? 0,
      isDiscussed: row['is_discussed'] === true,
    };
  });
}

/** What changed of a deal since the last call. */
export function changesOf(result: Result | undefined, id: string): Change[] {
  return records(result?.tables['deal_changes'])
    .filter((row) => text(row['deal_id']) === id)
    .map((row) => ({
      field: text(row['field']),
      old: readSaid(row['old']),
      new: readSaid(row['new']),
      at: text(row['changed_at']),
      by: text(row['changed_by']),
    }));
}

export interface Note {
  at: string;
  by: string;
  text: string;
}

/** Notes and decisions on a deal, the newest first. */
export function notesOf(result: Result | undefined, id: string): Note[] {
  return records(result?.tables['deal_notes'])
    .filter((row) => text(row['deal_id']) === id)
    .map((row) => ({ at: text(row['at']), by: text(row['by']), text: text(row['text']) }));
}
