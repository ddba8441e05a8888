export const kPeriods = [
  'this_month',
  'last_month',
  'this_quarter',
  'last_quarter',
  'this_year',
  'last_year',
  'last_30_days',
  'last_12_months',
  'all',
] as const;
export type Preset = (typeof kPeriods)[number];
export type PeriodName = Preset | 'custom';

export interface DayRange {
  from?: string;
  to?: string;
}

export function isPreset(name: string | null): name is Preset {
  return kPeriods.includes(name as Preset);
}

/**
 * The days of a named period, seen from a day, both inclusive and never after that day.
 * Quarters and years are those of the fiscal calendar, which begins on the first of `fiscalStart` (1..12).
 */
export function periodDays(name: Preset, today: string, fiscalStart = 1): DayRange {
  const [year = 1970, month = 1, day = 1] = today.split('-').map(Number);
  const sinceStart = (month - fiscalStart + 12) % 12;
  const quarterMonth = month - (sinceStart % 3);
  const yearMonth = month - sinceStart;
  switch (name) {
    case 'this_month':
      return { from: iso(year, month, 1), to: today };
    case 'last_month':
      return { from: iso(year, month - 1, 1), to: iso(year, month, 0) };
    case 'this_quarter':
      return { from: iso(year, quarterMonth, 1), to: today };
    case 'last_quarter':
      return { from: iso(year, quarterMonth - 3, 1), to: iso(year, quarterMonth, 0) };
    case 'this_year':
      return { from: iso(year, yearMonth, 1), to: today };
    case 'last_year':
      return { from: iso(year, yearMonth - 12, 1), to: iso(year, yearMonth, 0) };
    case 'last_30_days':
      return { from: iso(year, month, day - 29), to: today };
    case 'last_12_months':
      return { from: iso(year, month - 12, day + 1), to: today };
    case 'all':
      return {};
  }
}

/** Adds whole days to a day. */
export function addDays(day: string, days: number): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return iso(year, month, date + days);
}

/** Whole days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** The day of a moment, in a time zone; a bare day is itself. */
export function dayOf(stamp: string, timeZone: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(stamp)) return stamp;
  const at = new Date(stamp);
  if (Number.isNaN(at.getTime())) return stamp.slice(0, 10);
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);
}

// Date.UTC carries months and days that are out of range, so month 0 and day 0 mean what they should.
function iso(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}
