import { describe, expect, it } from 'vitest';
import type { Result } from '../api/types';
import { Formatter } from '../i18n/format';
import {
  answerOf,
  certaintyOf,
  hasRows,
  pageOf,
  placeOf,
  readVerdict,
  said,
  tabOf,
  type Line,
} from './diagnosis';

const line: Line = {
  line: 'no_owner.orphan_deals',
  sign: 'no_owner',
  title: { en: 'A', ru: 'А' },
  state: 'measured',
  pull: 'for',
  value: 0.05,
  low: null,
  high: null,
  unit: 'share',
  hits: 3,
  cases: 60,
  clearNo: 0.01,
  clearYes: 0.1,
  grade: 0.44,
  note: { en: '', ru: '' },
  analysis: 'diagnose.readings',
  asked: '',
  page: '',
};

describe('diagnosis', () => {
  it('finds the tab of an address, and the verdict where there is none', () => {
    expect(tabOf('evidence')).toBe('evidence');
    expect(tabOf('')).toBe('verdict');
    expect(tabOf('nonsense')).toBe('verdict');
  });

  it('places a value between no and yes, whichever is larger', () => {
    expect(placeOf(line, 0.01)).toBeCloseTo(0.2 / 1.4);
    expect(placeOf(line, 0.1)).toBeCloseTo(1.2 / 1.4);
    expect(placeOf(line, 9)).toBe(1);
    const few = { ...line, clearNo: 60, clearYes: 12 };
    expect(placeOf(few, 12)).toBeCloseTo(1.2 / 1.4);
    expect(placeOf(few, 100)).toBe(0);
  });

  it('opens rows where the diagnosis itself counted some', () => {
    expect(hasRows(line)).toBe(true);
    // What was looked at proves that nothing was hit.
    const none = { ...line, hits: 0 };
    expect(hasRows(none)).toBe(true);
    expect(hasRows({ ...line, cases: 0 })).toBe(false);
    expect(hasRows({ ...line, analysis: 'leaks' })).toBe(false);
    expect(hasRows({ ...line, state: 'no_data' })).toBe(false);
  });

  it('leads from a line to the answer that it reads, and to its page', () => {
    expect(answerOf(line)).toBeUndefined();
    const asked = { ...line, analysis: 'metrics', asked: 'from=2026-08-30&metrics=grr%2Cnrr' };
    expect(answerOf(asked)).toEqual({
      path: '/analyses/metrics',
      params: { from: '2026-08-30', metrics: 'grr,nrr' },
    });
    // A dot in an address is that of a file.
    expect(answerOf({ ...asked, analysis: 'diagnose.constraints' })?.path).toBe(
      '/analyses/diagnose/constraints',
    );
    expect(pageOf('/leaks?rule=stuck_deal')).toEqual({ path: '/leaks', params: { rule: 'stuck_deal' } });
  });

  it('says a confidence in a word', () => {
    expect([0.8, 0.79, 0.6, 0.59, null].map(certaintyOf)).toEqual(['high', 'fair', 'fair', 'low', 'low']);
  });

  it('says values by their units', () => {
    const f = new Formatter('en');
    expect(said(0.125, 'share', 'EUR', f)).toBe('13%');
    expect(said(0.012, 'ratio', 'EUR', f)).toBe('1.2%');
    expect(said(12500, 'money', 'EUR', f)).toBe('€12.5K');
    expect(said(null, 'count', 'EUR', f)).toBe('–');
  });

  it('reads a verdict that has no score as unknown, not as zero', () => {
    const columns = ['verdict', 'said_en', 'said_ru', 'confidence', 'salesops', 'revops'].map((name) => ({
      name,
      type: 'text',
      unit: '',
    }));
    const result = {
      tables: { verdict: { key: ['verdict'], columns, rows: [['not_known', 'a', 'б', null, null, null]] } },
    } as unknown as Result;
    const verdict = readVerdict(result);
    expect(verdict?.confidence).toBeNull();
    expect(verdict?.salesops.value).toBeNull();
  });
});
