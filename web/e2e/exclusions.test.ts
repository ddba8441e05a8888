import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { ru } from '../src/i18n/ru';

import { axe, type Look, settled, Visit } from './visitor';

// From a proposal of the data to a number that follows it, the line that says so, and back.
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

const wonAmount = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const answer = await fetch('/api/v1/metrics?metrics=won_amount');
    const result = (await answer.json()) as { tables: { metrics: { rows: [string, number][] } } };
    return result.tables.metrics.rows[0]?.[1] ?? 0;
  });

describe('what is not counted', () => {
  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
    'a rule is written, seen, kept, switched off and taken back: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const t = look.lang === 'ru' ? ru : en;
      const words = t.exclusions;
      const page = await visit.page('/catalog?period=all', look);
      await settled(page);
      await page.getByRole('button', { name: words.tab }).click();
      await settled(page);
      const before = await wonAmount(page);
      expect(await axe(page)).toEqual([]);

      await page.getByRole('button', { name: words.add, exact: true }).click();
      await page.getByLabel(words.name).fill('Big deals');
      await page.getByLabel(words.entity).selectOption('deal');
      const save = page.getByRole('button', { name: words.save });
      await page.getByLabel(words.condition).fill("status = 'won' and amont > 0");
      await page.getByText(look.lang === 'ru' ? /«amount»/ : /Did you mean 'amount'\?/).waitFor();
      expect(await save.isDisabled()).toBe(true);
      await page.getByLabel(words.condition).fill("status = 'won' and lead_source = 'Partner'");
      await page.getByRole('status', { name: words.preview }).getByRole('strong').waitFor();
      expect(await axe(page)).toEqual([]);
      await save.click();
      await page.getByRole('button', { name: words.showOf('Big deals') }).waitFor();
      const after = await wonAmount(page);
      expect(after).toBeLessThan(before);
      await page.getByRole('table', { name: words.effect }).waitFor();
      expect(await axe(page)).toEqual([]);

      await page.getByRole('button', { name: words.showOf('Big deals') }).click();
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');

      // The number says what is left out, and leads back here.
      const metric = await visit.page('/catalog/won_amount?period=all', look);
      await settled(metric);
      await metric.getByRole('checkbox', { name: words.countAll }).waitFor();
      await metric.getByRole('link', { name: words.noteLink }).click();
      await metric.getByRole('heading', { name: words.rules, exact: true }).waitFor();
      await metric.context().close();

      await page.getByRole('button', { name: words.offOf('Big deals') }).click();
      await page.getByRole('button', { name: words.onOf('Big deals') }).waitFor();
      await settled(page);
      expect(await wonAmount(page)).toBe(before);
      await page.getByRole('button', { name: words.undoOf('Big deals') }).click();
      await page.getByRole('button', { name: words.offOf('Big deals') }).waitFor();
      await settled(page);
      expect(await wonAmount(page)).toBe(after);
      await page.getByRole('button', { name: words.removeOf('Big deals') }).click();
      await page.getByText(words.none).waitFor();
      expect(await wonAmount(page)).toBe(before);
      await page.context().close();
    },
  );
});
