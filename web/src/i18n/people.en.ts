import type { Formatter } from './format';

/** Who works here: Settings, People. */
export const peopleEn = (f: Formatter) => ({
  title: 'People',
  lead: 'Who belongs where and who does what. Decisions come first, then what the sources say, then guesses; only sellers count in figures per seller.',
  count: (shown: number, all: number) =>
    shown === all
      ? `${f.integer(all)} ${f.plural(all, { one: 'person', other: 'people' })}`
      : `${f.integer(shown)} of ${f.integer(all)}`,
  find: 'Name, e-mail or title',
  anyDepartment: 'All departments',
  anyFunction: 'All functions',
  noDepartment: 'No department',
  noFunction: 'No function',
  states: { active: 'Work here', left: 'Have left', all: 'All' },
  state: 'Who',
  onlyGuessed: 'Only guesses',
  paste: 'Paste a list',
  name: 'Name',
  fields: {
    department: 'Department',
    function: 'Function',
    team: 'Team',
    manager: 'Manager',
    started_on: 'Start',
    ended_on: 'End',
  },
  stay: 'Start and end',
  choose: (name: string) => `Choose ${name}`,
  chooseAll: 'Choose all that are listed',
  historyOf: (name: string) => `History of ${name}`,
  guess: 'guess',
  guesses: { high: 'guess, likely', medium: 'guess', low: 'guess, unsure' },
  decided: 'decided',
  unknown: 'not known',
  left: 'has left',
  notSeller: 'not in figures per seller',
  more: (count: number) => `Show ${f.integer(count)} more`,
  nobody: 'Nobody fits.',
  none: 'The data name nobody who works here. Import the list of users of your CRM.',
  chosen: (count: number) =>
    `${f.integer(count)} ${f.plural(count, { one: 'person', other: 'people' })} chosen`,
  set: 'Set',
  to: 'to',
  from: 'Holds from',
  fromHelp: 'Left empty: it was always so',
  apply: 'Apply',
  back: 'As the sources say',
  clear: 'Choose nobody',
  newTeam: 'A new name makes a new team',
  changed: (count: number) =>
    `Changed: ${f.integer(count)} ${f.plural(count, { one: 'value', other: 'values' })}.`,
  undo: 'Undo',
  undone: 'It is as it was before.',
  dismiss: 'Close the message',
  pasteTitle: 'Take over a list of people',
  pasteHelp:
    'Paste rows from a spreadsheet, or drop a CSV file. The first line names the columns: email or name, then any of department, function, team, manager, start, end, from. Empty cells change nothing. First you see what would change.',
  pasteLabel: 'The list',
  pasteExample: 'email\tdepartment\tfunction\nann@example.com\tSales\tSeller',
  pasteFile: 'Choose a file',
  look: 'Show what would change',
  preview: 'What the list would do',
  previewLead: (changes: number, members: number, lines: number) =>
    changes === 0
      ? `Nothing would change: ${f.integer(lines)} ${f.plural(lines, { one: 'line', other: 'lines' })} read.`
      : `${f.integer(changes)} ${f.plural(changes, { one: 'value', other: 'values' })} of ${f.integer(members)} ${f.plural(members, { one: 'person', other: 'people' })} would change. Nothing is written yet.`,
  refused: (lines: number) =>
    lines === 1 ? 'One line cannot be taken over' : `${f.integer(lines)} lines cannot be taken over`,
  atLine: (line: number) => `Line ${f.integer(line)}:`,
  unknownColumns: (names: string) => `Columns that say nothing here: ${names}.`,
  wouldChange: 'What would change',
  what: 'Field',
  before: 'Before',
  after: 'After',
  takeOver: (changes: number) =>
    `Take over ${f.integer(changes)} ${f.plural(changes, { one: 'value', other: 'values' })}`,
  takeRest: (changes: number, lines: number) =>
    `Take over ${f.integer(changes)} ${f.plural(changes, { one: 'value', other: 'values' })}, leave out ${f.integer(lines)} ${f.plural(lines, { one: 'line', other: 'lines' })}`,
  cancel: 'Cancel',
  planned: 'Decided for later',
  plannedRow: (name: string, day: string) => `${name}: from ${day}`,
  history: 'What held when',
  always: 'from the beginning',
  since: (day: string) => `from ${day}`,
});
