import type { At, Params } from '../api/types';
import { company } from '../frame/company.svelte';
import { i18n } from '../i18n/index.svelte';
import { dayOf, isPreset, periodDays, type DayRange, type PeriodName } from './period';
import { router } from './router.svelte';

const kNames = ['period', 'from', 'to', 'team', 'segment', 'as_of', 'in_currency', 'known_at'] as const;
// The first so many are of the period.
const kPeriodNames = 3;
export const kDefaultPeriod = 'this_quarter';

/** The filter bar, read from the address. Every page asks with these. */
class Filters {
  team = $derived(router.query.get('team') ?? '');
  segment = $derived(router.query.get('segment') ?? '');
  asOf = $derived(router.query.get('as_of') ?? '');
  knownAt = $derived(router.query.get('known_at') ?? '');
  /** How amounts are shown; empty: in the reporting currency. */
  inCurrency = $derived(router.query.get('in_currency') ?? '');
  period: PeriodName = $derived(readPeriod(router.query));
  /** The day that periods are counted from. */
  today = $derived(dayOf(this.asOf, i18n.timeZone) || company.lastDay);
  range: DayRange = $derived(
    this.period === 'custom'
      ? days(router.query)
      : this.today
        ? periodDays(this.period, this.today, company.fiscalStart)
        : {},
  );
  any = $derived(kNames.some((name) => router.query.has(name)));
  anyButPeriod = $derived(kNames.slice(kPeriodNames).some((name) => router.query.has(name)));

  /** The moment and the currency, which every analysis knows. */
  at: At = $derived({
    ...(this.asOf && { as_of: this.asOf }),
    ...(this.inCurrency && { in_currency: this.inCurrency }),
    ...(this.knownAt && { known_at: this.knownAt }),
  });
  params: Params = $derived({
    ...this.range,
    ...(this.team && { team: this.team }),
    ...(this.segment && { segment: this.segment }),
  });

  /** The address of another page under the same filters. */
  href(path: string, extra: Record<string, string> = {}): string {
    const query = new URLSearchParams();
    for (const name of kNames) {
      const value = router.query.get(name);
      if (value) query.set(name, value);
    }
    for (const [name, value] of Object.entries(extra)) if (value) query.set(name, value);
    return query.size ? `${path}?${query}` : path;
  }

  setPeriod(period: PeriodName, range: DayRange = {}): void {
    if (period === 'custom') router.set({ period: null, from: range.from ?? null, to: range.to ?? null });
    else router.set({ period: period === kDefaultPeriod ? null : period, from: null, to: null });
  }

  clear(): void {
    router.set(Object.fromEntries(kNames.map((name) => [name, null])));
  }
}

function readPeriod(query: URLSearchParams): PeriodName {
  const name = query.get('period');
  if (isPreset(name)) return name;
  return query.has('from') || query.has('to') ? 'custom' : kDefaultPeriod;
}

function days(query: URLSearchParams): DayRange {
  const from = query.get('from');
  const to = query.get('to');
  return { ...(from && { from }), ...(to && { to }) };
}

export const filters = new Filters();

$effect.root(() => {
  $effect(() => {
    i18n.currency = filters.inCurrency || company.currency;
  });
});
