import type { Grain } from '../i18n/format';
import { daysBetween, type DayRange } from '../router/period';

export const kGrains = ['none', 'day', 'week', 'month', 'quarter', 'year'] as const;
export type GrainChoice = (typeof kGrains)[number];

/** The step that makes a readable line of a span: a dozen points or so. */
export function grainFor(range: DayRange): Grain {
  if (!range.from || !range.to) return 'quarter';
  const days = daysBetween(range.from, range.to);
  if (days <= 14) return 'day';
  if (days <= 100) return 'week';
  return days <= 1100 ? 'month' : 'quarter';
}

export function isGrain(name: string | null): name is GrainChoice {
  return kGrains.includes(name as GrainChoice);
}
