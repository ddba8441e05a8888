// Comments on numbers and records.
import { Formatter } from './format';

const f = new Formatter('en');

export const commentsEn = {
  comments: {
    title: 'Comments',
    none: 'None that is open.',
    write: 'Comment on this number',
    writeOnRecord: 'Comment on this record',
    writeOnRecordHelp: 'Whoever sees this record sees the comment. Name a colleague as @account.',
    masked: 'Its text may hold personal data, which your account sees masked.',
    openCount: (count: number) =>
      `${f.integer(count)} ${f.plural(count, { one: 'open comment', other: 'open comments' })}`,
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
