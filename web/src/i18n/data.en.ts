// The catalogue of data.
export const dataEn = {
  data: {
    tab: 'Data',
    title: 'Every column of the model',
    help: 'Where it comes from, the share of rows that have it, how fresh it is, and which definitions use it.',
    object: 'Object',
    all: 'All objects',
    unused: 'No definition uses it',
    made: 'computed by Weir',
    onlyUnused: 'Only columns that nothing uses',
    personal: 'personal',
    columns: {
      object: 'Object',
      column: 'Column',
      meaning: 'Meaning',
      sources: 'Comes from',
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
    held: 'Rows it holds',
    missing: 'Metrics without rows',
  },
};
