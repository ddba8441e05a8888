// Guided questions and their answers.
export const questionsEn = {
  questions: {
    title: 'Questions',
    lead: 'Ask, and get an answer with the rows behind it.',
    all: 'All questions',
    open: 'How we know',
    steps: 'How we know',
    unknown: 'What is not known',
    next: 'What to do next',
    names: {
      why: 'Why did sales change?',
      lose: 'Where do we lose?',
      help: 'Who needs help?',
      quarter: 'What will the quarter be?',
    },
    period: 'Period',
    periods: {
      quarter: 'Last whole quarter',
      month: 'Last whole month',
      year: 'Last whole year',
      twelve: 'Last twelve months',
      bar: 'The days of the filter bar',
    },
    against: 'Against',
    againsts: { previous: 'The period before', year_ago: 'The same a year ago' },
    chart: 'Chart',
    table: 'Table',
    rows: 'Deals behind it',
    noRows: 'Nothing to show here.',
  },
};
