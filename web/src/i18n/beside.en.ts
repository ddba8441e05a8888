import { Formatter } from './format';

const f = new Formatter('en');
const of = (count: number, one: string, other: string): string =>
  `${f.integer(count)} ${f.plural(count, { one, other })}`;

/** What stands beside the ledger of leaks: side effects of fixes, and what nobody owns. */
export const besideEn = {
  effects: {
    title: 'Side effects of fixes',
    help: 'Did another step get worse after leaks were mended? Each step beside as many days before. Two spans differ in more than the fix: this is where to look, and no proof.',
    show: 'Compare before and after',
    none: 'Nothing is said to be mended yet: mark leaks as fixed once they are.',
    after: (rule: string, fixed: number, since: string) =>
      `${rule}: ${of(fixed, 'leak', 'leaks')} mended since ${since}`,
    spans: (days: number) => `${of(days, 'day', 'days')} before and after`,
    verdicts: { worse: 'worse', better: 'better', unknown: 'cannot be told' } as Record<string, string>,
    own: 'the rule itself',
    range: (low: string, high: string) => `change, 80 %: ${low} to ${high}`,
    cases: (before: number, after: number) =>
      `${f.integer(before)} and ${f.integer(after)} ${f.plural(after, { one: 'case', other: 'cases' })}`,
    untold: (count: number) => `Cannot be told: ${f.integer(count)}`,
    chance: (count: number) =>
      `Of ${f.integer(count)} comparisons about ${f.integer(Math.round(count / 10))} would say "worse" by chance alone.`,
    rows: 'Show the cases after the fixes',
    inMonth: 'in 30 days',
  },
  unowned: {
    title: 'Nobody owns it: gone up',
    help: (days: number) =>
      `What has no owner for ${of(days, 'day', 'days')} belongs to the manager above, and after as many days more to the next one.`,
    none: (days: number) => `Nothing has been without an owner for ${of(days, 'day', 'days')} or more.`,
    leaks: (count: number) => of(count, 'leak', 'leaks'),
    processes: (count: number) => of(count, 'process', 'processes'),
    departments: (count: number) => `metrics of ${of(count, 'department', 'departments')}`,
    nobody: 'Nobody: who is above is not known',
    toPeople: 'Name heads and managers',
    since: (day: string) => `longest since ${day}`,
    waiting: (count: number) =>
      `${of(count, 'leak has', 'leaks have')} no owner yet either; the first days are not over.`,
    others: (count: number) => `Processes and metrics: ${f.integer(count)}`,
    metrics: 'Metrics',
    noPeople: 'Who works in which department is not known, so nothing can go up.',
    went: (who: string, at: string) => `went to ${who}${at ? ` on ${at}` : ''}`,
    why: {
      no_owner: 'no owner',
      owner_left: 'the owner left',
      department_empty: 'nobody is known in the department',
    } as Record<string, string>,
  },
};
