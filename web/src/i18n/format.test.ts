import { describe, expect, it } from 'vitest';
import { Formatter } from './format';

const kSources = import.meta.glob<string>(['../**/*.svelte', '../**/*.ts', '!../**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

const en = new Formatter('en', 'Europe/Berlin', 'EUR');
const ru = new Formatter('ru', 'Europe/Moscow', 'RUB');
/** Intl puts narrow and plain no-break spaces; a reader sees spaces. */
const seen = (text: string): string => text.replace(/[\u00a0\u2009\u202f]/g, ' ');

describe('Formatter', () => {
  it('says money whole, short and in full', () => {
    expect(en.money(1_940_000, 'EUR', 'short')).toBe('€1.94M');
    expect(en.money(50_000, 'EUR', 'short')).toBe('€50K');
    expect(en.money(9_999, 'EUR', 'short')).toBe('€9,999');
    expect(en.money(412.5)).toBe('€412.50');
    expect(seen(ru.money(1_234_500, 'RUB', 'short'))).toBe('1,23 млн ₽');
    expect(seen(ru.money(1234.5))).toBe('1 234,50 ₽');
  });

  it('shows money without a currency as a bare number', () => {
    expect(en.money(12.5, 'XXX')).toBe('12.50');
  });

  it('writes a true minus', () => {
    expect(en.signedShare(-0.061)).toBe('−6.1%');
    expect(en.points(-0.041)).toBe('−4.1 pt');
    expect(seen(ru.points(0.012))).toBe('+1,2 п. п.');
  });

  it('says short spans in smaller units', () => {
    expect(seen(en.days(0.8))).toBe('19 hr');
    expect(seen(en.days(38.4))).toBe('38 days');
    expect(seen(en.hours(0.25))).toBe('15 min');
    expect(seen(ru.days(2.5))).toBe('2,5 дн.');
  });

  it('picks the plural form of the language', () => {
    const forms = { one: 'строка', few: 'строки', many: 'строк', other: 'строки' };
    expect([1, 2, 5, 11, 21, 112].map((count) => ru.plural(count, forms))).toEqual([
      'строка',
      'строки',
      'строк',
      'строк',
      'строка',
      'строк',
    ]);
    expect(en.plural(1, { one: 'row', other: 'rows' })).toBe('row');
  });

  it('never moves a day to another zone, and shows moments in the reporting zone', () => {
    expect(en.date('2026-11-23')).toBe('23 Nov 2026');
    expect(ru.date('2026-11-23')).toBe('23 нояб. 2026');
    expect(en.instant('2026-11-23T23:30:00Z')).toBe('24 Nov 2026, 00:30');
    expect(en.date('2026-11-23T23:30:00Z')).toBe('24 Nov 2026');
    expect(ru.date('2026-06-03T21:00:00Z', 'long')).toBe('4 июня 2026');
    expect(new Formatter('en', 'America/New_York').date('2026-11-23T03:00:00Z')).toBe('22 Nov 2026');
  });

  it('says no time of day of what came with a day only', () => {
    expect(ru.instant('2026-06-03T21:00:00Z')).toBe('4 июн. 2026');
    expect(ru.timeOfDay('2026-06-03T21:00:00Z')).toBe('');
    expect(ru.timeOfDay('2026-06-03T21:00:01Z')).toBe('00:00');
    expect(ru.timeOfDay('2026-06-03T06:05:00Z')).toBe('09:05');
    expect(en.instant('2026-06-03T21:00:00Z')).toBe('3 Jun 2026, 23:00');
  });

  it('is the only one that makes days of moments', () => {
    // The first ten letters of a moment are its day in UTC, which may be the day before.
    const cutting = Object.keys(kSources).filter((path) => /slice\(0, 10\)/.test(kSources[path] ?? ''));
    expect(Object.keys(kSources).length).toBeGreaterThan(100);
    expect(cutting.sort()).toEqual(['../router/period.ts', './format.ts']);
  });

  it('says what the days of a span share only once', () => {
    expect(seen(en.dateRange('2026-10-01', '2026-11-20'))).toBe('1 Oct – 20 Nov 2026');
    expect(seen(ru.dateRange('2026-07-01', '2026-08-20'))).toBe('1 июл. – 20 авг. 2026');
  });

  it('says an age of nearly a day as a day', () => {
    expect([0.5, 0.99, 3].map((days) => en.age(days))).toEqual(['12 hr ago', 'yesterday', '3 days ago']);
  });

  it('names periods by their grain', () => {
    expect(en.period('2026-10-01', 'quarter')).toBe('Q4 2026');
    expect(ru.period('2026-10-01', 'quarter')).toBe('4 кв. 2026');
    expect(en.period('2026-10-01', 'month')).toBe('Oct 2026');
    expect(en.period('2026-01-01', 'year')).toBe('2026');
  });

  it('shows a cell by the type of its column', () => {
    const cell = (
      value: string | number | boolean | null,
      type: 'money' | 'share' | 'integer' | 'text' | 'number' | 'boolean',
      unit = '',
    ) => seen(en.cell(value, { name: 'x', type, unit }));
    expect(cell(null, 'money')).toBe('–');
    expect(cell('1234.5', 'money', 'USD')).toBe('$1,234.50');
    expect(cell(0.5, 'share')).toBe('50.0%');
    expect(cell(0, 'integer')).toBe('0');
    expect(cell('007', 'text')).toBe('007');
    expect(cell(6.2, 'number', 'days')).toBe('6.2 days');
    expect(cell(true, 'boolean')).toBe('yes');
  });
});
