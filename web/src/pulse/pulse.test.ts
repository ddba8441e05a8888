import { describe, expect, it } from 'vitest';
import type { Result } from '../api/types';
import { en } from '../i18n/en';
import { ru } from '../i18n/ru';
import { freshShare, isBare, judge, readPulse, unitOf, type Compared, type Headline } from './pulse';

const headline: Headline = {
  metric: 'won_amount',
  value: 10,
  unit: 'money',
  currency: 'EUR',
  previous: 8,
  change: 0.25,
  better: 'up',
  base: null,
};
const column = (name: string) => ({ name, type: 'text' as const, unit: '' });

describe('pulse', () => {
  it('says money in its own currency', () => {
    expect(unitOf(headline)).toBe('EUR');
    expect(unitOf({ ...headline, unit: 'share' })).toBe('share');
  });

  it('judges a change by what is better', () => {
    expect(judge(headline)).toBe('better');
    expect(judge({ ...headline, better: 'down' })).toBe('worse');
    expect(judge({ ...headline, value: 8, change: 0 })).toBe('same');
    expect(judge({ ...headline, previous: null, change: null })).toBe('same');
    expect(judge({ ...headline, value: 0, previous: 0, change: null })).toBe('same');
    expect(judge({ ...headline, previous: 0, change: null })).toBe('better');
  });

  it('reads the steps and sentences by their position', () => {
    const result = {
      tables: {
        funnel: {
          key: ['step'],
          columns: ['step', 'position', 'count', 'share_of_previous', 'median_days_from_previous'].map(
            column,
          ),
          rows: [
            ['won', 2, 3, 0.3, 38],
            ['leads', 1, 10, null, null],
          ],
        },
        sentences: {
          key: [],
          columns: ['position', 'code', 'en', 'ru'].map(column),
          rows: [
            [2, 'b', 'second', 'второе'],
            [1, 'a', 'first', 'первое'],
          ],
        },
      },
    } as unknown as Result;
    const pulse = readPulse(result);
    expect(pulse.funnel.map((step) => step.step)).toEqual(['leads', 'won']);
    expect(pulse.lead?.en).toBe('first');
    expect(pulse.period.partOf).toBe('days');
    expect(isBare(pulse)).toBe(false);
    expect(isBare({ ...pulse, funnel: [] })).toBe(true);
    expect(pulse.notes.map((one) => one.en)).toEqual(['second']);
    expect(pulse.headline).toEqual([]);
  });

  it('names what a period is compared with', () => {
    const whole: Compared = {
      first: '2026-10-01',
      last: '2026-11-20',
      previousFirst: '2026-07-01',
      previousLast: '2026-08-20',
      partOf: 'quarter',
      isToDate: true,
      isCurrent: true,
      days: 51,
    };
    expect(en.pulse.against(whole)).toBe('against this point of last quarter');
    expect(ru.pulse.against(whole)).toBe('к этому дню прошлого квартала');
    const past: Compared = { ...whole, partOf: 'month', isToDate: false, isCurrent: false };
    expect(en.pulse.unchanged(past)).toBe('unchanged from the month before');
    expect(ru.pulse.unchanged(past)).toBe('столько же, сколько в предыдущем месяце');
    const days: Compared = { ...past, partOf: 'days', days: 30 };
    expect(en.pulse.wasZero(days)).toBe('was 0 in the 30 days before');
    expect(ru.pulse.against(days)).toBe('к предыдущим 30 дням');
    expect(ru.pulse.noPrevious(days)).toBe('за предыдущие 30 дней значения нет');
  });

  it('shortens the bar of a source as it ages, and never hides it', () => {
    const shares = [0, 0.5, 3, 30, 400].map(freshShare);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares.at(-1)).toBeGreaterThan(0);
    expect(freshShare(null)).toBe(0);
  });
});
