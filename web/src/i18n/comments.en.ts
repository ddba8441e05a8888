// Comments on numbers and records.
export const commentsEn = {
  comments: {
    title: 'Comments',
    none: 'None that is open.',
    write: 'Comment on this number',
    writeHelp: 'Kept with the period, the filters and the moment of this page. Name a colleague as @account.',
    send: 'Comment',
    sent: 'The comment is kept',
    here: 'On this page as it stands',
    open: 'Open the page that it is about',
    resolve: 'Resolve',
    resolved: 'The comment is resolved; History can put it back',
    remove: 'Remove',
    removed: 'The comment is removed; History can put it back',
  },
};
