// The list of keys.
export const keys = {
  title: 'Keys',
  search: 'Search',
  list: 'This list',
  go: (page: string) => `Go to ${page}`,
  then: 'then',
  chart: 'Chart or table',
  permalink: 'Copy a permalink',
  close: 'Close what is open',
  rows: 'Move in a table',
  open: 'Open the row',
};
