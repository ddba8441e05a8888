import { number, records, text } from '../api/table';
import type { Table, Text2 } from '../api/types';
import { titleOf, treeLines, type Row, type TreeLine } from './forecast';

export interface TreeNode {
  id: string;
  parent: string;
  title: Text2;
  department: string;
  /** By month, in the order of the months. */
  cells: (Row | undefined)[];
}

export interface FlowTree {
  months: string[];
  lines: TreeLine<TreeNode>[];
}

/** The tree of forecasts: a line a node, a column a month; the first column of each is what the answer says of it. */
export function readTree(table: Table | undefined): FlowTree {
  const rows = records(table);
  const months = [...new Set(rows.map((row) => text(row['month'])))].sort();
  const slot = new Map(months.map((month, at) => [month, at]));
  const nodes = new Map<string, TreeNode>();
  for (const row of rows) {
    const id = text(row['node']);
    const node = nodes.get(id) ?? {
      id,
      parent: text(row['parent']),
      title: titleOf(row),
      department: text(row['department']),
      cells: months.map(() => undefined),
    };
    nodes.set(id, node);
    node.cells[slot.get(text(row['month'])) ?? 0] = row;
  }
  return { months, lines: treeLines(inTreeOrder([...nodes.values()]), (node) => node) };
}

/** Each node right before those under it, else in the order in which they came. */
function inTreeOrder(nodes: readonly TreeNode[]): TreeNode[] {
  const known = new Set(nodes.map((node) => node.id));
  const under = new Map<string, TreeNode[]>();
  for (const node of nodes) {
    const parent = known.has(node.parent) ? node.parent : '';
    under.set(parent, [...(under.get(parent) ?? []), node]);
  }
  const walk = (id: string): TreeNode[] => (under.get(id) ?? []).flatMap((node) => [node, ...walk(node.id)]);
  return walk('');
}

export interface FlowPoint {
  month: string;
  past: number | null;
  low: number | null;
  middle: number | null;
  high: number | null;
}

/** What a node was, month by month, and what is expected of it. */
export function flowOf(tree: FlowTree, history: Table | undefined, id: string): FlowPoint[] {
  const past = records(history)
    .filter((row) => text(row['node']) === id)
    .map((row): FlowPoint => ({
      month: text(row['month']),
      past: number(row['amount'] ?? row['actual'] ?? null),
      low: null,
      middle: null,
      high: null,
    }))
    .sort((a, b) => (a.month < b.month ? -1 : 1));
  const node = tree.lines.find((line) => line.id === id)?.value;
  const ahead = tree.months.map((month, at): FlowPoint => ({
    month,
    past: null,
    low: number(node?.cells[at]?.['p10']),
    middle: number(node?.cells[at]?.['reconciled']),
    high: number(node?.cells[at]?.['p90']),
  }));
  return [...past.filter((point) => !tree.months.includes(point.month)), ...ahead];
}

/** What is said otherwise than it was agreed on, the largest difference first. */
export function disagreements(table: Table | undefined): Row[] {
  const size = (row: Row): number => Math.abs(number(row['difference']) ?? 0);
  return records(table)
    .filter((row) => size(row) > 0)
    .sort((a, b) => size(b) - size(a));
}
