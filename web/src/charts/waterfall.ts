import type { Text2 } from '../api/types';

/** One step of a waterfall, from the running total before it to the one after it. */
export interface BridgeStep {
  part: string;
  kind: 'start' | 'part' | 'end';
  title: Text2;
  value: number;
  rows: number;
  from: number;
  to: number;
}

export interface BridgeShape {
  steps: BridgeStep[];
  /** What is drawn, from where to where: zero lies within. */
  low: number;
  high: number;
}

/** Steps in their order, each where the one before it ends; what starts and ends stands on zero. */
export function stepsOf(parts: readonly Omit<BridgeStep, 'from' | 'to'>[]): BridgeShape {
  let total = 0;
  const steps = parts.map((one): BridgeStep => {
    const from = one.kind === 'part' ? total : 0;
    total = from + one.value;
    return { ...one, from, to: total };
  });
  const ends = steps.flatMap((step) => [step.from, step.to]);
  return { steps, low: Math.min(0, ...ends), high: Math.max(0, ...ends) };
}

/** Where a step is drawn, in percent of the width. A step of little is still seen. */
export function placeOf(step: BridgeStep, shape: BridgeShape): { left: number; width: number } {
  const span = shape.high - shape.low || 1;
  const left = ((Math.min(step.from, step.to) - shape.low) / span) * 100;
  return { left, width: Math.max(0.4, (Math.abs(step.to - step.from) / span) * 100) };
}
