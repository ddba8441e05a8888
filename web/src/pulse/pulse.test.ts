import { describe, expect, it } from 'vitest';
import type { Result } from '../api/types';
import { freshShare, judge, readPulse, unitOf, type Headline } from './pulse';

const headline: Headline = {
  metric: 'won_amount',
  value: 10,
  unit: 'money',
  currency: 'EUR',
  previous: 8,
  change: 0.25,
  better: 'up',
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
    expect(judge({ ...headline, change: 0 })).toBe('same');
    expect(judge({ ...headline, change: null })).toBe('same');
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
    expect(pulse.lead.map((one) => one.en)).toEqual(['first']);
    expect(pulse.notes.map((one) => one.en)).toEqual(['second']);
    expect(pulse.headline).toEqual([]);
  });

  it('shortens the bar of a source as it ages, and never hides it', () => {
    const shares = [0, 0.5, 3, 30, 400].map(freshShare);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares.at(-1)).toBeGreaterThan(0);
    expect(freshShare(null)).toBe(0);
  });
});
