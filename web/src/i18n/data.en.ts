import { Formatter } from './format';

const f = new Formatter('en');

// The catalogue of data.
export const dataEn = {
  data: {
    tab: 'Data',
    title: 'Every column of the model',
    help: 'Where it comes from, the share of rows that have it, how fresh it is, and which definitions use it.',
    object: 'Object',
    all: 'All objects',
    unused: 'No definition uses it',
    origins: { computed: 'computed by Weir', none: 'nothing fills it' } as Record<string, string>,
    onlyUnused: 'Only columns that nothing uses',
    personal: 'personal',
    columns: {
      object: 'Object',
      column: 'Column',
      meaning: 'Meaning',
      sources: 'Comes from',
      origin: 'Origin',
      filled_share: 'Filled',
      newest_at: 'Newest',
      observed_at: 'Last export',
      used_by: 'Used by',
    } as Record<string, string>,
    departments: 'Departments by objects',
    departmentsHelp:
      'Whose colleagues hold the rows, and which metrics of a department have none to be computed from.',
    department: 'Department',
    nobody: 'nobody known',
    noDepartment: 'no department',
    held: 'Rows it holds',
    asks: 'Asked, 90 days',
    use: 'What the data are used for',
    useHelp:
      'Over 90 days: decisions that name it (comments, goals, seals, corrections, saved views and queries), then how often each department asked for it.',
    kind: 'What is ranked',
    metrics: 'Metrics',
    fields: 'Fields',
    metric: 'Metric',
    field: 'Field',
    onlyNotUsed: 'Only those without use',
    openMetric: 'Open the metric',
    notRecorded: 'Who asks for what is not recorded: the setting is off.',
    young: (since: string) =>
      `Who asks for what is recorded since ${since}. What has no use since then may have been used before: that is known 90 days after this day.`,
    unusedCount: (count: number) =>
      count === 0
        ? 'Everything was used in the last 90 days.'
        : `Nobody used ${f.integer(count)} of them in the last 90 days.`,
    never: 'never since the record began',
    notSince: (since: string) => (since ? `not since ${since}` : 'not known'),
    useColumns: {
      decisions: 'Decisions',
      asks: 'Asked',
      through: 'Asked for what is made of it',
      asked_by: 'By whom',
      last_used: 'Last use',
      state: 'Use',
    } as Record<string, string>,
    states: {
      used: 'used',
      unused: 'not used in 90 days',
      unknown: 'not known yet',
      measured: 'measured',
      few: 'too few closed deals',
      after_close: 'filled in at the close',
      outcome: 'is the outcome, or follows it',
      one_value: 'the same everywhere',
    } as Record<string, string>,
    worth: 'What fields tell of the outcome of a deal',
    worthHelp:
      'How much of the uncertainty about won or lost each field takes away by itself; 100% would settle it. What chance would take away is off. By the value a day before the close where history is kept; a value of now may have been filled in later. Metrics have no such measure: they are of many deals, not of one.',
    worthColumns: {
      worth: 'Takes away',
      confidence: 'Confidence',
      state: 'What is known',
      moment: 'Value as of',
      cases: 'Closed deals',
    } as Record<string, string>,
    confidences: { sure: 'sure', likely: 'likely', chance: 'may be chance' } as Record<string, string>,
    moments: { day_before: 'a day before the close', now: 'now' } as Record<string, string>,
    missing: 'Metrics without rows',
  },
};
