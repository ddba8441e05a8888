import type { Cell, Column } from '../api/types';
import { number, text } from '../api/table';
import { dayOf } from '../router/period';

export type Lang = 'en' | 'ru';
export type Grain = 'day' | 'week' | 'month' | 'quarter' | 'year';

// English numbers say K and M; English days come before months.
const kNumberLocale: Record<Lang, string> = { en: 'en-US', ru: 'ru-RU' };
const kLocale: Record<Lang, string> = { en: 'en-GB', ru: 'ru-RU' };
const kDash = '–';

/** Numbers, money, dates and plurals as people of one language read them. It formats; it never computes. */
export class Formatter {
  readonly locale: string;
  #numbers = new Map<string, Intl.NumberFormat>();
  #dates = new Map<string, Intl.DateTimeFormat>();
  #plurals: Intl.PluralRules;

  constructor(
    readonly lang: Lang,
    readonly timeZone: string = 'UTC',
    readonly currency: string = 'XXX',
  ) {
    this.locale = kLocale[lang];
    this.#plurals = new Intl.PluralRules(this.locale);
  }

  /** Picks the form for a count: `plural(2, { one: 'row', other: 'rows' })`. */
  plural(count: number, forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }): string {
    return forms[this.#plurals.select(count)] ?? forms.other;
  }

  integer(value: number): string {
    return this.#number({ maximumFractionDigits: 0 }).format(value);
  }

  decimal(value: number, digits = 2): string {
    return this.#number({ maximumFractionDigits: digits }).format(value);
  }

  compact(value: number): string {
    const small = Math.abs(value) < 10_000;
    return small
      ? this.#number({ maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0 }).format(value)
      : this.#number({ notation: 'compact', maximumSignificantDigits: 3 }).format(value);
  }

  money(value: number, currency = this.currency, form: 'full' | 'short' | 'whole' = 'full'): string {
    const shape: Intl.NumberFormatOptions =
      form === 'short' && Math.abs(value) >= 10_000
        ? { notation: 'compact', maximumSignificantDigits: 3 }
        : form === 'full'
          ? {}
          : { minimumFractionDigits: 0, maximumFractionDigits: 0 };
    if (!isCurrency(currency)) {
      return this.#number(
        form === 'full' ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : shape,
      ).format(value);
    }
    return this.#number({ style: 'currency', currency, currencyDisplay: 'narrowSymbol', ...shape }).format(
      value,
    );
  }

  share(value: number, digits = 1): string {
    return this.#number({ style: 'percent', maximumFractionDigits: digits }).format(value);
  }

  signedShare(value: number): string {
    const digits = Math.abs(value) >= 0.1 ? 0 : 1;
    return this.#number({
      style: 'percent',
      maximumFractionDigits: digits,
      signDisplay: 'exceptZero',
    }).format(value);
  }

  /** A difference of two shares, in percentage points. */
  points(value: number): string {
    const figure = this.#number({ maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(value * 100);
    return this.lang === 'ru' ? `${figure} п. п.` : `${figure} pt`;
  }

  /** A span in days, with the unit; under a day it is said in hours. */
  days(value: number): string {
    if (Math.abs(value) < 1 && value !== 0) return this.hours(value * 24);
    return this.#number({
      style: 'unit',
      unit: 'day',
      unitDisplay: 'short',
      maximumFractionDigits: value < 10 ? 1 : 0,
    }).format(value);
  }

  hours(value: number): string {
    if (value !== 0 && Math.abs(value) < 1) {
      return this.#number({
        style: 'unit',
        unit: 'minute',
        unitDisplay: 'short',
        maximumFractionDigits: 0,
      }).format(value * 60);
    }
    return this.#number({
      style: 'unit',
      unit: 'hour',
      unitDisplay: 'short',
      maximumFractionDigits: value < 10 ? 1 : 0,
    }).format(value);
  }

  bytes(value: number): string {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
    let at = 0;
    let left = value;
    while (left >= 1000 && at < units.length - 1) {
      left /= 1000;
      at += 1;
    }
    return this.#number({
      style: 'unit',
      unit: units[at] ?? 'byte',
      unitDisplay: 'short',
      maximumFractionDigits: left < 10 && at ? 1 : 0,
    }).format(left);
  }

  /** A day without time: `2026-11-23`; of a moment, its day in the reporting zone. */
  date(day: string, width: 'long' | 'short' = 'short'): string {
    const at = dayInstant(dayOf(day, this.timeZone));
    if (!at) return day;
    return this.#date({
      timeZone: 'UTC',
      day: 'numeric',
      month: width === 'long' ? 'long' : 'short',
      year: 'numeric',
    }).format(at);
  }

  /** The first and the last day, without saying twice what they share: "1 Oct – 20 Nov 2026". */
  dateRange(first: string, last: string): string {
    const [from, to] = [dayInstant(first), dayInstant(last)];
    if (!from || !to) return `${first} – ${last}`;
    return new Intl.DateTimeFormat(this.locale, {
      timeZone: 'UTC',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
    })
      .formatRange(from, to)
      .replaceAll(/\sг\./g, '');
  }

  /** A moment, in the reporting zone; its day alone where it is a midnight there, as what came with a day only is. */
  instant(stamp: string, width: 'full' | 'short' = 'full'): string {
    const at = new Date(stamp);
    if (Number.isNaN(at.getTime())) return stamp;
    const year: Intl.DateTimeFormatOptions = width === 'full' ? { year: 'numeric' } : {};
    const time: Intl.DateTimeFormatOptions = this.timeOfDay(stamp)
      ? { hour: '2-digit', minute: '2-digit' }
      : {};
    return this.#date({ timeZone: this.timeZone, day: 'numeric', month: 'short', ...year, ...time }).format(
      at,
    );
  }

  /** The time of a moment in the reporting zone; nothing for a midnight to the second. */
  timeOfDay(stamp: string): string {
    const at = new Date(stamp);
    if (Number.isNaN(at.getTime())) return '';
    const clock = this.#date({
      timeZone: this.timeZone,
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    }).format(at);
    return clock === '00:00:00' && at.getUTCMilliseconds() === 0 ? '' : clock.slice(0, 5);
  }

  /** The first day of a period, said as the period: "Nov 2026", "Q4 2026". */
  period(day: string, grain: Grain): string {
    const at = dayInstant(day);
    if (!at) return day;
    if (grain === 'year') return String(at.getUTCFullYear());
    if (grain === 'quarter') {
      const quarter = Math.floor(at.getUTCMonth() / 3) + 1;
      return this.lang === 'ru'
        ? `${quarter} кв. ${at.getUTCFullYear()}`
        : `Q${quarter} ${at.getUTCFullYear()}`;
    }
    if (grain === 'month') return this.#date({ timeZone: 'UTC', month: 'short', year: 'numeric' }).format(at);
    return this.#date({ timeZone: 'UTC', day: 'numeric', month: 'short' }).format(at);
  }

  /** How long ago, from an age in days. */
  age(days: number): string {
    const relative = new Intl.RelativeTimeFormat(this.locale, { numeric: 'auto', style: 'short' });
    // What would be said as 24 hours is a day.
    if (days >= 23.5 / 24) return relative.format(-Math.max(1, Math.round(days)), 'day');
    if (days < 1 / 24) return relative.format(-Math.max(0, Math.round(days * 1440)), 'minute');
    return relative.format(-Math.round(days * 24), 'hour');
  }

  /** A value by its unit, as figures on cards and axes are shown. */
  byUnit(value: number, unit: string, form: 'short' | 'full' = 'short'): string {
    if (unit === 'share') return this.share(value);
    if (unit === 'days') return this.days(value);
    if (unit === 'hours') return this.hours(value);
    if (unit === 'money') return this.money(value, this.currency, form);
    if (/^[A-Z]{3}$/.test(unit)) return this.money(value, unit, form);
    return form === 'short' ? this.compact(value) : this.decimal(value);
  }

  /** A cell of a table, by the declared type of its column. */
  cell(value: Cell | undefined, column: Pick<Column, 'type' | 'unit' | 'name'>): string {
    if (value === null || value === undefined || value === '') return kDash;
    if (column.type === 'date') return this.date(text(value));
    if (column.type === 'instant') return this.instant(text(value));
    if (column.type === 'boolean') return this.#boolean(value === true || value === 'true');
    const figure = number(value);
    if (figure === null || column.type === 'text' || column.type === 'json') return text(value);
    if (column.type === 'money')
      return this.money(figure, /^[A-Z]{3}$/.test(column.unit) ? column.unit : this.currency);
    if (column.type === 'share')
      return this.#number({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
        figure,
      );
    if (column.type === 'integer') return this.integer(figure);
    if (column.unit === 'days') return this.days(figure);
    if (column.unit === 'hours') return this.hours(figure);
    if (column.unit === 'share') return this.share(figure);
    return this.decimal(figure);
  }

  #boolean(value: boolean): string {
    if (this.lang === 'ru') return value ? 'да' : 'нет';
    return value ? 'yes' : 'no';
  }

  #number(options: Intl.NumberFormatOptions): { format(value: number): string } {
    const numbers = cached(
      this.#numbers,
      JSON.stringify(options),
      () => new Intl.NumberFormat(kNumberLocale[this.lang], options),
    );
    return { format: (value) => numbers.format(value).replace('-', '\u2212') };
  }

  #date(options: Intl.DateTimeFormatOptions): { format(at: Date): string } {
    const dates = cached(
      this.#dates,
      JSON.stringify(options),
      () => new Intl.DateTimeFormat(this.locale, options),
    );
    // A table of dates reads better without the Russian "г." after each year.
    return { format: (at) => dates.format(at).replace(/\s?г\.(?=,|$)/, '') };
  }
}

function cached<T>(store: Map<string, T>, key: string, make: () => T): T {
  const known = store.get(key);
  if (known) return known;
  const made = make();
  store.set(key, made);
  return made;
}

function dayInstant(day: string): Date | null {
  const at = new Date(`${day.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** XXX is "no currency" of ISO 4217: such money is shown as a bare number. */
function isCurrency(code: string): boolean {
  return /^[A-Z]{3}$/.test(code) && code !== 'XXX';
}
