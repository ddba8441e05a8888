import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { ru } from '../src/i18n/ru';

import { axe, type Look, settled, Visit } from './visitor';

// A number is commented on, the comment leads back to the page as it stood, and is resolved.
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin({ company: ['--accounts', '60', '--months', '12'] });
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

describe('comments', () => {
  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
    'a number is commented on and the comment resolved: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const words = (look.lang === 'ru' ? ru : en).comments;
      const page = await visit.page('/catalog/won_amount?grain=month&period=all', look);
      await settled(page);
      const card = page.getByRole('region', { name: words.title });
      await card.getByText(words.none).waitFor();
      await card.getByLabel(words.write).fill('Why so <b>low</b>?');
      await card.getByRole('button', { name: words.send, exact: true }).click();
      await card.getByText('Why so <b>low</b>?').waitFor();
      await card.getByRole('link', { name: words.open }).waitFor();
      await settled(page);
      expect(await axe(page)).toEqual([]);
      if (process.env['SHOTS']) await card.screenshot({ path: `${process.env['SHOTS']}/${look.lang}.png` });

      await page.goto(`${visit.stage.url}/`);
      await page.getByRole('link', { name: words.openCount(1) }).click();
      await settled(page);
      await card.getByRole('link', { name: words.open }).click();
      await card.getByText(words.here).waitFor();
      const kept = new URL(page.url()).searchParams;
      expect([...kept.keys()].sort()).toEqual(['as_of', 'grain', 'known_at', 'period']);
      await card.getByRole('button', { name: words.resolve, exact: true }).click();
      await card.getByText(words.none).waitFor();

      await page.goto(`${visit.stage.url}/customers/deals`);
      await settled(page);
      await page.locator('tbody tr[data-at]').first().click();
      await page.waitForURL(/\/customers\/deal\//);
      await card.getByLabel(words.writeOnRecord).fill('Ask for the signature');
      await card.getByRole('button', { name: words.send, exact: true }).click();
      await card.getByText('Ask for the signature').waitFor();
      await settled(page);
      expect(await axe(page)).toEqual([]);
      await card.getByRole('button', { name: words.resolve, exact: true }).click();
      await card.getByText(words.none).waitFor();
      await page.context().close();
    },
  );
});
