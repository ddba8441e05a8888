import { niceScale, type Scale } from './line';

export interface IntervalMark {
  value: number;
  /** `came`: what happened; `other`: what somebody or something else said; `goal`: what was wanted. */
  kind: 'came' | 'other' | 'goal';
  name: string;
}

export interface Interval {
  key: string;
  name: string;
  low: number | null;
  middle: number | null;
  high: number | null;
  marks: IntervalMark[];
  /** Drawn paler: what it is compared with. */
  isBase?: boolean;
  /** Said at the end of the line. */
  note?: string;
}

/** One scale for all lines, from zero on, so that they can be compared. */
export function intervalScale(intervals: readonly Interval[]): Scale {
  return niceScale(
    intervals.flatMap((one) => [one.low, one.middle, one.high, ...one.marks.map((mark) => mark.value)]),
  );
}

/** Where a value is drawn, in percent of the width. */
export function placeIn(value: number, scale: Scale): number {
  return ((value - scale.min) / (scale.max - scale.min || 1)) * 100;
}

/** Whether what came lies between the ends; unknown where any of them is. */
export function isWithin(interval: Interval): boolean | undefined {
  const came = interval.marks.find((mark) => mark.kind === 'came')?.value;
  if (came === undefined || interval.low === null || interval.high === null) return undefined;
  return came >= interval.low && came <= interval.high;
}
