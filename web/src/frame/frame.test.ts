import { describe, expect, it } from 'vitest';
import { pageOf } from './pages';
import { idOf, idPath } from '../router/ids';
import { find, type Findable } from './search';

describe('pageOf', () => {
  it('finds the page and what is below it', () => {
    expect(pageOf('/')?.page.name).toBe('pulse');
    expect(pageOf('/catalog/win_rate')).toMatchObject({ page: { name: 'metrics' }, rest: 'win_rate' });
    expect(pageOf('/catalogue')).toBeUndefined();
    expect(pageOf('/nowhere')).toBeUndefined();
  });

  it('writes ids into addresses without dots', () => {
    expect(idPath('metrics.catalog')).toBe('metrics/catalog');
    expect(idOf(pageOf(`/analyses/${idPath('sources.rejects')}`)!.rest)).toBe('sources.rejects');
  });
});

describe('find', () => {
  const item = (title: string, ...also: string[]): Findable => ({
    title,
    also,
    kind: 'metric',
    path: `/${title}`,
  });
  const items = [
    item('Average deal', 'average_deal_amount'),
    item('Deals won', 'deals_won'),
    item('Доля выигранных', 'win_rate', 'Win rate'),
  ];

  it('puts names that begin with the words first', () => {
    expect(find(items, 'deal').map((one) => one.title)).toEqual(['Deals won', 'Average deal']);
  });

  it('finds by the id and by the other language', () => {
    expect(find(items, 'win').map((one) => one.title)).toEqual(['Доля выигранных']);
    expect(find(items, 'won deals')).toHaveLength(1);
    expect(find(items, 'nothing')).toEqual([]);
  });
});
