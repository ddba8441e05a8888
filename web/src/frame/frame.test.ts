import { describe, expect, it } from 'vitest';
import { en } from '../i18n/en';
import { ru } from '../i18n/ru';
import { kPages, pageOf } from './pages';
import { idOf, idPath } from '../router/ids';
import { find, type Findable } from './search';
import { partTitle } from './title';

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

describe('the bar of a page', () => {
  it('offers no period where figures are of one moment', () => {
    expect(kPages.filter((one) => one.isOfMoment).map((one) => one.name)).toEqual([
      'forecast',
      'leaks',
      'health',
    ]);
  });
});

describe('partTitle', () => {
  const titles = { metric: (id: string) => `metric ${id}`, analysis: (id: string) => `analysis ${id}` };

  it('names what is below the address of a page, in the language of the reader', () => {
    expect(partTitle('diagnosis', 'evidence', ru, titles)).toBe(ru.diagnosis.tabs.evidence);
    expect(partTitle('leaks', 'openings', en, titles)).toBe('Openings');
    expect(partTitle('analyses', 'diagnose/constraints', en, titles)).toBe('analysis diagnose.constraints');
    expect(partTitle('metrics', 'win_rate', en, titles)).toBe('metric win_rate');
    expect(partTitle('customers', 'deal/crm:1', en, titles)).toBe('Deal');
    expect(partTitle('customers', 'people', en, titles)).toBe('People');
  });

  it('says no slug where there is no name', () => {
    expect(partTitle('explore', '7', en, titles)).toBe('');
    expect(partTitle('diagnosis', 'nonsense', en, titles)).toBe('');
    expect(partTitle('leaks', '', en, titles)).toBe('');
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
