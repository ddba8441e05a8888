import { Formatter } from './format';

const f = new Formatter('en');

// The diagnosis: SalesOps, RevOps, both, or not yet.
export const diagnosisEn = {
  diagnosis: {
    title: 'Diagnosis',
    lead: 'Whether this company needs SalesOps, RevOps, both, or not yet, and by what that is known.',
    question: 'What does this company need?',
    tabs: {
      verdict: 'Verdict',
      evidence: 'Evidence',
      survey: 'Survey',
      weakest: 'Weakest link',
      plan: 'Plan',
      boards: 'Boards',
    },
    verdicts: {
      both: 'SalesOps and RevOps',
      not_yet: 'Not yet',
      not_known: 'Too little is measured',
    } as Record<string, string>,
    certainty: { high: 'Sure', fair: 'Likely', low: 'Uncertain' },
    confidence: (share: string) => `· ${share} of what the data allow come to the same verdict`,
    others: (list: string) => `Also possible: ${list}`,
    needed: 'needed',
    notNeeded: 'not needed',
    notMeasured: 'not measured',
    scoreHelp: (value: string, low: string, high: string) => `${value}; 80 %: ${low} to ${high}`,
    measured: (lines: number, allLines: number, signs: number, allSigns: number) =>
      `${f.integer(lines)} of ${f.integer(allLines)} lines measured, ${f.integer(signs)} of ${f.integer(allSigns)} signs.`,
    needLine: (share: string) =>
      `The mark stands at ${share}: from there on it is needed; the thin line is the 80 % range.`,
    speaks: 'Strongest signs',
    nothingSpeaks: 'No sign reaches the threshold.',
    against: 'Against the verdict',
    nothingAgainst: 'Nothing that is measured speaks against it.',
    missing: (count: number) => (count ? `Not measured: ${f.integer(count)}` : 'Not measured'),
    nothingMissing: 'Everything is measured.',
    moreLines: (count: number) => `${f.integer(count)} more`,
    waiting: 'What a quarter of waiting costs',
    noWaiting: 'Not measured: no rule of leaks has the data that it needs.',
    hireCost: (currency: string) => `What a hire costs a year, ${currency}`,
    example: (money: string) => `for example ${money}`,
    breakEven: (money: string) => `A hire pays for itself up to ${money} a year.`,
    breakEvenRange: (money: string, low: string, high: string) =>
      `A hire pays for itself up to ${money} a year (80 %: ${low} to ${high}).`,
    shareNeeded: (share: string) => ` It has to save ${share} of what would come back.`,
    baseline: 'Baseline',
    baselineHelp: 'Twelve months, as they were when the diagnosis was first run, and now.',
    philosophy: 'What people here believe',
    philosophyHelp: 'Shown beside the evidence; it never changes it.',
    seal: 'Seal the figures of now',
    sealed: 'The baseline is sealed; Settings, Decisions undo it',
    sealReason: 'First run of the diagnosis',
    perSpent: (money: string, one: string) => `${money} per ${one}`,
    sealedAt: (value: string, day: string) => `sealed: ${value}${day ? `, ${day}` : ''}`,
    change: (change: string, low: string, high: string) => `${change} (80 %: ${low} to ${high})`,
    turns: { better: 'better', worse: 'worse', same: 'the same', unclear: 'no clear change' } as Record<
      string,
      string
    >,
    range: (low: string, high: string) => `80 %: ${low} to ${high}`,
    evidenceHelp:
      'Each line stands between a clear no and a clear yes. What counts is its weight, how far it is towards yes, and of how many cases it is.',
    profile: 'What the company is like',
    signStates: {
      yes: 'Yes',
      no: 'No',
      silent: 'Waits until SalesOps is in order',
      not_measured: 'Not measured',
    } as Record<string, string>,
    signCaption: (state: string, strength: string, measured: number, lines: number) =>
      `${state} · strength ${strength} · ${f.integer(measured)} of ${f.integer(lines)} lines measured`,
    mend: 'What mends it:',
    states: {
      no_data: 'Not measured',
      too_few: 'Too few cases',
      no_analysis: 'Not measured',
      failed: 'Did not run',
    } as Record<string, string>,
    pulls: { for: 'for the verdict', against: 'against the verdict' } as Record<string, string>,
    cases: (count: number) => `${f.integer(count)} ${f.plural(count, { one: 'case', other: 'cases' })}`,
    scale: (no: string, yes: string) => `clear no at ${no}, clear yes at ${yes}`,
    clearNo: (value: string) => `no: ${value}`,
    clearYes: (value: string) => `yes: ${value}`,
    rows: 'rows behind it',
    answer: 'the answer that it reads',
    page: 'open',
    noPlan: 'Without a verdict there is no plan.',
    role: 'Who',
    reportsTo: 'Reports to',
    addresses: 'Money that it addresses',
    ofLeaks: (count: number) => `${f.integer(count)} ${f.plural(count, { one: 'leak', other: 'leaks' })}`,
    wonBack: (money: string) => `about ${money} can be won back`,
    boardsHelp:
      'Operations teams are judged too: by these figures, beside a quarter ago. Win rate and average price are of both.',
    bothTeams: 'Both',
    before: (value: string) => `a quarter ago ${value}`,
  },
};
