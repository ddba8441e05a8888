import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { ru } from '../src/i18n/ru';

import { axe, type Look, settled, Visit } from './visitor';

// From the line on Pulse through the questions to settings that count, and back again.
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

const setting = (page: Page, name: string): Promise<string> =>
  page.evaluate(async (asked) => {
    const answer = await fetch('/api/v1/settings');
    const result = (await answer.json()) as { tables: { settings: { rows: [string, string][] } } };
    return result.tables.settings.rows.find((row) => row[0] === asked)?.[1] ?? '';
  }, name);

const question = (page: Page, words: RegExp) => page.getByRole('listitem').filter({ hasText: words });

describe('setup', () => {
  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark' }])(
    'all answers are accepted by one click and taken back by another: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const t = look.lang === 'ru' ? ru : en;
      const page = await visit.page('/setup', look);
      await settled(page);
      await page.getByRole('heading', { name: t.setup.title, level: 1 }).waitFor();
      const rows = page.getByRole('region', { name: t.setup.questions }).getByRole('heading', { level: 3 });
      expect(await rows.count()).toBeLessThanOrEqual(7);
      expect(await axe(page)).toEqual([]);

      await page.getByRole('button', { name: /^(Accept all|Принять все)/ }).click();
      await page.getByText(look.lang === 'ru' ? /^Вместе принят/ : /accepted together/).waitFor();
      expect(await setting(page, 'time_zone')).toBe('Europe/Berlin');
      expect(await setting(page, 'working_hours')).toBe('Mo-Fr 09:00-18:00');
      await page.getByText('Europe/Berlin', { exact: true }).waitFor();
      expect(await axe(page)).toEqual([]);

      await page.getByRole('button', { name: t.setup.undoAll }).click();
      await page.getByRole('button', { name: /^(Accept all|Принять все)/ }).waitFor();
      expect(await setting(page, 'time_zone')).toBe('UTC');
      await page.context().close();
    },
  );

  test.each<Look>([
    { lang: 'en', width: 390 },
    { lang: 'ru', width: 390 },
  ])('one answer is given otherwise, and undone: $lang', async (look) => {
    if (visit.stage.kind === 'mock') return;
    const t = (look.lang === 'ru' ? ru : en).setup;
    const page = await visit.page('/setup', look);
    await settled(page);
    const year = question(page, look.lang === 'ru' ? /финансовый год/ : /fiscal year/).last();
    await year.getByRole('button', { name: /^(Change|Изменить)/ }).click();
    await year.getByLabel(t.newAnswer).selectOption('4');
    expect(await axe(page)).toEqual([]);
    await year.getByRole('button', { name: t.save }).click();
    await year
      .locator('.answer')
      .getByText(look.lang === 'ru' ? 'апрель' : 'April', { exact: true })
      .waitFor();
    expect(await setting(page, 'fiscal_year_start_month')).toBe('4');
    await year.getByRole('button', { name: /^(Undo|Вернуть)/ }).click();
    await year.getByRole('button', { name: /^(Accept|Принять)/ }).waitFor();
    expect(await setting(page, 'fiscal_year_start_month')).toBe('1');
    await page.context().close();
  });

  test.each<Look>([{ lang: 'en' }, { lang: 'ru' }])(
    'Pulse leads here where something is missing: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const t = look.lang === 'ru' ? ru : en;
      const page = await visit.page('/setup', look);
      await settled(page);
      const isAllHere = (await page.getByText(t.setup.nothingNext).count()) > 0;
      await page.getByRole('link', { name: t.nav.pulse }).click();
      await settled(page);
      const link = page.getByRole('link', { name: t.setup.onPulse });
      expect(await link.count()).toBe(isAllHere ? 0 : 1);
      if (!isAllHere) {
        await link.click();
        await page.getByRole('heading', { name: t.setup.next }).waitFor();
      }
      await page.context().close();
    },
  );
});
