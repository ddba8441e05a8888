import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { ru } from '../src/i18n/ru';
import { kQuestions } from '../src/questions/questions';

import { axe, type Look, settled, Visit } from './visitor';

// Four questions are answered by a sentence each; one is followed to the deals behind a figure.
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

describe('questions', () => {
  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
    'are answered and followed to the rows: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const words = look.lang === 'ru' ? ru : en;
      const page = await visit.page('/questions', look);
      for (const question of kQuestions) {
        await page.getByRole('heading', { name: words.questions.names[question] }).scrollIntoViewIfNeeded();
      }
      await settled(page);
      expect(await axe(page)).toEqual([]);
      const sentences = await page.locator('article > p').allTextContents();
      expect(sentences).toHaveLength(kQuestions.length);
      for (const sentence of sentences) expect(sentence).toMatch(/\.$/);

      await page.getByRole('link', { name: words.questions.names.why, exact: true }).click();
      await page.getByLabel(words.questions.against).selectOption('year_ago');
      await page.waitForURL(/against=year_ago/);
      await settled(page);
      expect(await axe(page)).toEqual([]);
      const steps = page.getByRole('list', { name: words.questions.steps });
      expect(await steps.getByRole('table').count()).toBeGreaterThan(0);
      // The last part of the waterfall opens the deals that it is made of.
      await steps.getByRole('listitem').first().locator('button.step').last().click();
      await page.getByRole('dialog').getByRole('table').first().waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThan(1);
      await page.context().close();
    },
  );
});
