// Invented data in a workspace, and its removal.
export const demoEn = {
  demo: {
    notice: 'Demo data: this company is invented.',
    remove: 'Remove the demo data',
    title: 'Remove the demo data?',
    goes: 'These rows no longer count:',
    stays: (files: number, decisions: number) =>
      `What is yours stays: ${files} of your own files, ${decisions} decisions, all settings and accounts.`,
    nothingOwn: 'You have imported nothing of your own yet: the pages will be empty until you do.',
    how: 'Nothing is deleted for good: importing the same files again brings the company back.',
    confirm: 'Remove',
    removing: 'Removing…',
    removed: 'The demo data is gone',
    source: 'Source',
    files: 'Files',
    rows: 'Rows',
  },
};
