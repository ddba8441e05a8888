import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { kHealth } from '../src/i18n/health';
import { ru } from '../src/i18n/ru';

import { axe, type Look, settled, Visit } from './visitor';

// The way through the health of data: the scores, one rule, its records, the record itself; what gets dirty again; fields.
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

describe('data health', () => {
  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
    'is followed from the score to the record: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const all = look.lang === 'ru' ? ru : en;
      const t = kHealth[look.lang ?? 'en'];
      const page = await visit.page('/health', look);
      await settled(page);
      expect(await axe(page)).toEqual([]);
      const tiles = page.getByRole('list', { name: all.nav.health }).getByRole('button');
      expect(await tiles.count()).toBe(6);

      // A dimension keeps its rules alone; a rule shows its records below.
      const rules = page.getByRole('region', { name: t.rules }).locator('ol button');
      const before = await rules.count();
      await tiles.filter({ hasText: t.dimensions['freshness']! }).click();
      await page.waitForURL(/dimension=freshness/);
      expect(await rules.count()).toBeLessThan(before);
      await rules.first().click();
      await page.waitForURL(/rule=\w+/);
      const records = page.locator('tbody tr[data-at]');
      await records.first().waitFor();
      await settled(page);
      expect(await axe(page)).toEqual([]);
      await records.first().focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByRole('table', { name: all.explain.rows }).waitFor();
      await page.keyboard.press('Escape');
      await page.close();
    },
  );

  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
    'tells what gets dirty again and what fields cost: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const t = kHealth[look.lang ?? 'en'];
      const page = await visit.page('/health/again', look);
      await page.getByRole('table', { name: t.again.fields }).waitFor({ timeout: 60_000 });
      await settled(page);
      expect(await axe(page)).toEqual([]);
      await page.getByRole('button', { name: t.tabs.fields }).click();
      await page.waitForURL(/health\/fields/);
      await page.getByRole('table', { name: t.fields.cost }).waitFor({ timeout: 60_000 });
      await settled(page);
      expect(await axe(page)).toEqual([]);
      await page.close();
    },
  );
});
