import { describe, expect, it } from 'vitest';
import { addDays, dayOf, daysBetween, periodDays } from './period';

const kToday = '2026-11-23';

describe('periodDays', () => {
  it('counts calendar periods up to the day', () => {
    expect(periodDays('this_month', kToday)).toEqual({ from: '2026-11-01', to: kToday });
    expect(periodDays('last_month', kToday)).toEqual({ from: '2026-10-01', to: '2026-10-31' });
    expect(periodDays('this_quarter', kToday)).toEqual({ from: '2026-10-01', to: kToday });
    expect(periodDays('last_quarter', kToday)).toEqual({ from: '2026-07-01', to: '2026-09-30' });
    expect(periodDays('this_year', kToday)).toEqual({ from: '2026-01-01', to: kToday });
    expect(periodDays('last_30_days', kToday)).toEqual({ from: '2026-10-25', to: kToday });
    expect(periodDays('last_12_months', kToday)).toEqual({ from: '2025-11-24', to: kToday });
    expect(periodDays('all', kToday)).toEqual({});
  });

  it('follows a fiscal year that begins in February', () => {
    expect(periodDays('this_quarter', kToday, 2)).toEqual({ from: '2026-11-01', to: kToday });
    expect(periodDays('this_year', kToday, 2)).toEqual({ from: '2026-02-01', to: kToday });
    expect(periodDays('last_year', '2026-01-15', 2)).toEqual({ from: '2024-02-01', to: '2025-01-31' });
    expect(periodDays('this_quarter', '2026-01-15', 2)).toEqual({ from: '2025-11-01', to: '2026-01-15' });
  });

  it('crosses the turn of the year and leap days', () => {
    expect(periodDays('last_quarter', '2026-02-10')).toEqual({ from: '2025-10-01', to: '2025-12-31' });
    expect(periodDays('last_month', '2028-03-31')).toEqual({ from: '2028-02-01', to: '2028-02-29' });
  });
});

describe('days', () => {
  it('are added and counted', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(daysBetween('2026-10-01', '2026-11-01')).toBe(31);
  });

  it('of a moment depend on the zone; a bare day does not', () => {
    expect(dayOf('2026-11-23T23:30:00Z', 'Europe/Moscow')).toBe('2026-11-24');
    expect(dayOf('2026-11-23', 'America/New_York')).toBe('2026-11-23');
  });
});
