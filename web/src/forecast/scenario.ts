import { number, records, text } from '../api/table';
import type { Params, Result, Table, Text2 } from '../api/types';
import type { BridgeShape } from '../charts/waterfall';
import { bridgeOf, kLevers, titleOf } from './forecast';

/** What the address asks of a scenario. */
export function scenarioParams(address: URLSearchParams): Params {
  const names = [...kLevers, 'hires', 'ramp_months', 'quarters', 'from', 'target'];
  return Object.fromEntries(
    names.map((name) => [name, address.get(name) ?? '']).filter(([, value]) => value),
  ) as Params;
}

export const isMoved = (address: URLSearchParams): boolean =>
  kLevers.some((name) => Number(address.get(name) ?? 0) !== 0) || Boolean(address.get('hires'));

export interface Side {
  p10: number | null;
  p50: number | null;
  p90: number | null;
  chance: number | null;
}

export interface Quarter {
  first: string;
  last: string;
  base: Side;
  scenario: Side;
  target: number | null;
}

/** Each quarter as it is and with the levers moved; of several, all together come last. */
export function readQuarters(result: Result | undefined): Quarter[] {
  return records(result?.tables['scenario']).map((row) => {
    const side = (of: string): Side => ({
      p10: number(row[`${of}p10`]),
      p50: number(row[`${of}p50`]),
      p90: number(row[`${of}p90`]),
      chance: number(row[`${of}probability`]),
    });
    return {
      first: text(row['first_day']),
      last: text(row['last_day']),
      base: side('base_'),
      scenario: side(''),
      target: number(row['target']),
    };
  });
}

/** What a little less and a little more of each lever does, the strongest first. */
export function readSensitivity(
  table: Table | undefined,
): { key: string; title: Text2; down: number; up: number }[] {
  return records(table)
    .map((row) => ({
      key: text(row['lever']),
      title: titleOf(row),
      down: number(row['less_change']) ?? 0,
      up: number(row['more_change']) ?? 0,
    }))
    .sort((a, b) => Math.max(Math.abs(b.down), Math.abs(b.up)) - Math.max(Math.abs(a.down), Math.abs(a.up)));
}

/** From how it is to how it would be, by what each lever adds. */
export function readSteps(
  table: Table | undefined,
  titles: { start: Text2; end: Text2 },
): BridgeShape | undefined {
  const rows = records(table);
  const amountOf = (step: string): number | null =>
    number(rows.find((row) => text(row['step']) === step)?.['amount']);
  const [base, end] = [amountOf('base'), amountOf('scenario')];
  return bridgeOf(
    base === null ? undefined : { title: titles.start, value: base },
    rows
      .filter((row) => !['base', 'scenario'].includes(text(row['step'])))
      .map((row) => ({
        part: text(row['step']),
        title: titleOf(row),
        value: number(row['amount']) ?? 0,
        rows: 0,
      })),
    end === null ? undefined : { title: titles.end, value: end },
  );
}
