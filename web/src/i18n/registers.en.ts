// Registers: processes, agreements, goals.
import { Formatter } from './format';

const f = new Formatter('en');
const entries = (count: number): string =>
  `${f.integer(count)} ${f.plural(count, { one: 'entry', other: 'entries' })}`;

export const registersEn = {
  registers: {
    title: 'Registers',
    lead: 'What the departments agreed on, and who answers for it.',
    tabs: { processes: 'Processes', agreements: 'Agreements', goals: 'Goals' },
    add: {
      processes: 'Write a process down',
      agreements: 'Write an agreement down',
      goals: 'Write a goal down',
    },
    none: {
      processes:
        'No process is written down yet. Begin with the one that people argue about most: what it is for, who answers for it, and the number that it is judged by.',
      agreements:
        'No agreement is written down yet. Write what one department promises another: within which time, in how many of the cases, and what happens when it is broken.',
      goals:
        'No goal is written down yet. Write the target of the company for a metric, then those of the parts; or paste the sheet of targets.',
    },
    sheet: 'From a sheet',
    retiredToo: 'Retired ones, too',
    noOwners: (count: number, names: string) => `${entries(count)} without an owner: ${names}`,
    due: (count: number, names: string) => `Due for review: ${entries(count)} – ${names}`,
    imported: 'From an export',
    owner: 'Owner',
    nobody: 'nobody',
    partOf: 'Part of',
    parts: (count: number, sum: string) =>
      `${f.integer(count)} ${f.plural(count, { one: 'part', other: 'parts' })}, ${sum} together`,
    short: (difference: string) => `${difference} of the target is in no part`,
    over: (difference: string) => `the parts are ${difference} above the target`,
    company: 'The company',
    until: (day: string) => `until ${day}`,
    since: (day: string) => `since ${day}`,
    review: (day: string) => `review on ${day}`,
    cases: (share: string) => `in ${share} of the cases`,
    states: { active: 'in force', planned: 'not yet begun', ended: 'over', retired: 'retired' } as Record<
      string,
      string
    >,
    units: {
      working_hours: 'working hours',
      hours: 'hours',
      days: 'days',
      count: 'pieces',
    } as Record<string, string>,
    needs: {
      no_owner: 'no owner',
      no_from_owner: 'no owner of the promise',
      no_to_owner: 'no owner on the other side',
      owner_left: 'the owner has left',
      from_owner_left: 'the owner of the promise has left',
      to_owner_left: 'the owner on the other side has left',
      no_department: 'no department',
      no_metrics: 'judged by no metric',
      no_review: 'no day of review',
      review_due: 'review is due',
      parts_differ: 'parts do not add up',
      unknown_metric: 'metric is not in the catalogue',
    } as Record<string, string>,
    scopes: {
      company: 'Company',
      department: 'Department',
      team: 'Team',
      person: 'Person',
      segment: 'Segment',
    } as Record<string, string>,
    form: {
      change: (name: string) => `Change: ${name}`,
      several: 'One on each line',
      note: 'Why (kept with the version)',
      keep: 'Keep',
      none: 'Not chosen',
      kept: 'Kept; History can put it back',
    },
    change: 'Change',
    retire: 'Retire',
    retired: 'Retired; it keeps its history',
    restore: 'Restore',
    restored: 'In force again',
    history: 'History',
    historyOf: (name: string) => `History: ${name}`,
    what: {
      written: 'Written',
      changed: 'Changed',
      retired: 'Retired',
      restored: 'Restored',
      taken_back: 'Taken back',
    } as Record<string, string>,
    undo: 'Undo',
    undone: 'Undone',
    sheets: {
      title: 'From a sheet',
      paste: 'Paste the lines with their header, or drop a CSV file here',
      columns: (names: string) => `Columns: ${names}`,
      file: 'Choose a file',
      look: 'See what it would do',
      take: (count: number) => `Take ${f.integer(count)} ${f.plural(count, { one: 'line', other: 'lines' })}`,
      taken: 'Taken; one decision, History can put it back',
      line: 'Line',
      refusedIn: (column: string) => `column “${column}”`,
      verdicts: { new: 'new', changed: 'changed', same: 'as it is', refused: 'refused' } as Record<
        string,
        string
      >,
      mend: (count: number) =>
        `${f.integer(count)} ${f.plural(count, { one: 'line is', other: 'lines are' })} refused: mend the sheet and look again. Nothing is taken by halves.`,
      nothing: 'The sheet says nothing new.',
    },
  },
};
