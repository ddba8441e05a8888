import { Formatter } from './format';

const f = new Formatter('en');

// Getting a company going in one sitting.
export const setupEn = {
  setup: {
    title: 'Setup',
    lead: (questions: number, missing: number) =>
      [
        questions === 0
          ? 'All questions have an answer.'
          : `${questions === 1 ? 'One question has' : `${f.integer(questions)} questions have`} an answer proposed from your data.`,
        missing === 0
          ? 'Every page has the data that it needs.'
          : `${missing === 1 ? 'One page waits' : `${f.integer(missing)} pages wait`} for another export.`,
      ].join(' '),
    questions: 'Questions',
    questionsHelp: 'Each has a default, and none holds anything up: Weir works before you answer.',
    acceptAll: (count: number) => `Accept all ${f.integer(count)}`,
    accept: 'Accept',
    acceptOf: (question: string) => `Accept: ${question}`,
    change: 'Change',
    changeOf: (question: string) => `Change: ${question}`,
    answer: 'Answer',
    save: 'Save',
    cancel: 'Cancel',
    undo: 'Undo',
    undoOf: (question: string) => `Undo: ${question}`,
    undoTogether: (count: number) => `${f.integer(count)} answers were accepted together.`,
    undoAll: 'Undo them all',
    accepted: (count: number) =>
      count === 1 ? 'The answer is accepted' : `${f.integer(count)} answers are accepted`,
    states: {
      proposed: 'proposed',
      accepted: 'accepted',
      answered: 'your answer',
      default: 'default',
    } as Record<string, string>,
    notSet: 'Not set',
    inForce: (value: string) => `Until you answer: ${value}`,
    openPage: 'Open',
    customHelp: {
      currency: 'Three letters, such as EUR',
      time_zone: 'A name, such as Europe/Berlin',
      working_hours: 'Days and hours, such as Mo-Fr 09:00-18:00',
      plan: 'A number for every year, or 2026=4000000, 2027=5200000',
    } as Record<string, string>,
    pipelinesHelp: 'Ticked pipelines are sales',
    newAnswer: 'New answer',
    empty: 'The questions come once there is data: drop your exports on the page Sources.',
    next: 'Bring next',
    nextHelp: 'What would open most, first',
    opens: (what: string) => `Opens: ${what}`,
    from: (products: string) => `From ${products}`,
    nothingNext: 'Everything that Weir can show has its data.',
    exports: 'Exports',
    exportsHelp: 'What each product gives, what is here, and how to get the rest',
    here: (here: number, all: number) => `${f.integer(here)} of ${f.integer(all)} here`,
    rows: (count: number) => `${f.integer(count)} ${count === 1 ? 'row' : 'rows'}`,
    isHere: 'here',
    isMissing: 'missing',
    otherProducts: 'Other products that Weir reads',
    toSources: 'Drop files on Sources',
    onPulse: 'How to',
  },
};
