import { niceStep } from './line';

export interface ReachPoint {
  /** The part of what may come that lies below the amount, 0..1. */
  share: number;
  amount: number;
}

export interface ReachShape {
  low: number;
  high: number;
  ticks: number[];
  /** From left to right: how likely at least so much is. */
  points: { amount: number; chance: number }[];
}

const kWantedTicks = 5;

/**
 * How likely it is to reach at least each amount. `others` are amounts that must be in view as well: a target, what is
 * won already. It is no bar, so it need not begin at zero.
 */
export function reachShape(points: readonly ReachPoint[], others: readonly (number | null)[]): ReachShape {
  const known = others.filter((one): one is number => one !== null && Number.isFinite(one));
  const amounts = [...points.map((point) => point.amount), ...known];
  const [least, most] = [Math.min(...amounts), Math.max(...amounts)];
  const step = niceStep((most - least || Math.abs(most) || 1) / kWantedTicks);
  const low = Math.floor(least / step) * step;
  const high = Math.max(Math.ceil(most / step) * step, low + step);
  const count = Math.round((high - low) / step);
  const sorted = [...points].sort((a, b) => a.share - b.share);
  return {
    low,
    high,
    ticks: Array.from({ length: count + 1 }, (_, at) => Number((low + at * step).toPrecision(12))),
    points: [
      { amount: low, chance: 1 },
      ...(sorted[0] && sorted[0].amount > low ? [{ amount: sorted[0].amount, chance: 1 }] : []),
      ...sorted.map((point) => ({ amount: point.amount, chance: 1 - point.share })),
      ...(sorted.length ? [{ amount: sorted.at(-1)!.amount, chance: 0 }] : []),
      { amount: high, chance: 0 },
    ],
  };
}
