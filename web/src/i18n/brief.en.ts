import { Formatter } from './format';

const f = new Formatter('en');

/** The brief of the morning, in English. */
export const briefEn = {
  brief: {
    title: 'Brief of the morning',
    sinceDay: 'since yesterday',
    sinceWeek: 'in seven days',
    numbers: 'What changed',
    deals: 'Deals to decide on',
    leaks: 'Money to win back',
    openings: 'Openings to take',
    allOpenings: 'All openings',
    noDeals: 'No open deal wants a decision today.',
    noLeaks: 'No leak is known that money can be won back from.',
    isNew: 'new',
    noOwner: 'nobody named',
    noAmount: 'no amount',
    allDeals: 'All deals',
    allLeaks: 'All leaks',
    missing: (count: number) =>
      `${f.integer(count)} ${f.plural(count, { one: 'thing is', other: 'things are' })} missing for more`,
  },
};
