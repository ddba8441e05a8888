import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { kPipeline } from '../src/i18n/pipeline';
import { ru } from '../src/i18n/ru';

import { axe, type Look, settled, Visit } from './visitor';

// The way of a head of sales on a Monday: what moved, whose deals they were, what speaks against those that are open.
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

describe.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
  'pipeline: $lang',
  (look) => {
    const all = look.lang === 'ru' ? ru : en;
    const t = kPipeline[look.lang ?? 'en'];

    test('a bar opens its deals, and a deal its page', async () => {
      if (visit.stage.kind === 'mock') return;
      const page = await visit.page('/pipeline', look);
      await settled(page);
      expect(await axe(page)).toEqual([]);
      const bars = page.getByRole('region', { name: t.changes.title }).locator('ol button');
      await bars.nth(1).click();
      await page.waitForURL(/part=\w+/);
      const rows = page.locator('tbody tr[data-at]');
      await rows.first().waitFor();
      expect(await axe(page)).toEqual([]);
      // A week earlier the page is as of then, and the address says so.
      await page.getByRole('button', { name: t.slider.back }).click();
      await page.waitForURL(/as_of=\d{4}-\d\d-\d\d/);
      await settled(page);
      await rows.first().focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/customers\/deal\//);
      await page.close();
    });

    test('a risky deal says why', async () => {
      if (visit.stage.kind === 'mock') return;
      const page = await visit.page('/pipeline/deals', look);
      await settled(page);
      expect(await axe(page)).toEqual([]);
      const reasons = page.getByRole('group', { name: t.inspect.reason }).getByRole('button');
      await reasons.first().click();
      await page.waitForURL(/reason=\w+/);
      const rows = page.getByRole('table', { name: t.inspect.title }).locator('tbody tr[data-at]');
      await rows.first().focus();
      await page.keyboard.press('Enter');
      const panel = page.getByRole('dialog');
      await panel
        .getByText(/^\+\d+$/)
        .first()
        .waitFor();
      const [first] = [page.url()];
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction((address) => location.href !== address, first);
      expect(await axe(page)).toEqual([]);
      await panel.getByRole('link', { name: t.inspect.panel.open }).click();
      await page.waitForURL(/\/customers\/deal\//);
      await page.close();
    });

    test('coverage, velocity and pacing are told and lead to their rows', async () => {
      if (visit.stage.kind === 'mock') return;
      const page = await visit.page('/pipeline/coverage?target=90000000', look);
      await settled(page);
      expect(await axe(page)).toEqual([]);
      await page.getByRole('region', { name: t.coverage.needed }).getByRole('button').first().click();
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      const tabs = page.getByRole('navigation', { name: all.nav.pipeline });
      for (const name of ['velocity', 'pacing'] as const) {
        await tabs.getByRole('button', { name: t.tabs[name] }).click();
        await page.waitForURL(new RegExp(`/pipeline/${name}`));
        await settled(page);
        expect(await axe(page)).toEqual([]);
      }
      await page.keyboard.press('t');
      await page.getByRole('table', { name: t.pacing.title }).waitFor();
      await page.close();
    });
  },
);
