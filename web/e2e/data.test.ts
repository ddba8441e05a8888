import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { ru } from '../src/i18n/ru';

import { axe, type Look, settled, Visit } from './visitor';

// Every column of the model with where it comes from, and those of one object that nothing uses; what was used, what is
// not known yet, and what fields tell.
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin({ company: ['--accounts', '40', '--months', '6', '--exports', '1'] });
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

describe('the catalogue of data', () => {
  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
    'says where each column comes from and who uses it: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const words = (look.lang === 'ru' ? ru : en).data;
      const page = await visit.page('/sources?tab=data&object=deal', look);
      await settled(page);
      const columns = page.getByRole('region', { name: words.title });
      await columns.getByText('salesforce/opportunity: Amount').first().waitFor();
      await page.getByRole('region', { name: words.departments }).waitFor();
      const use = page.getByRole('region', { name: words.use });
      await use.getByText(words.young('').slice(0, 20)).waitFor();
      await use.getByLabel(words.kind).selectOption('column');
      await use.getByText(words.states['unknown']!, { exact: true }).first().waitFor();
      await page
        .getByRole('region', { name: words.worth })
        .getByText(words.states['outcome']!)
        .first()
        .waitFor();
      expect(await axe(page)).toEqual([]);
      await columns.getByLabel(words.onlyUnused).check();
      await columns.getByText('salesforce/opportunity: Amount').first().waitFor({ state: 'detached' });
      await columns.getByText(words.unused).first().waitFor();
    },
  );
});
