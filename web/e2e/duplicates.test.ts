import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { kDuplicates } from '../src/i18n/duplicates';
import { en } from '../src/i18n/en';
import { ru } from '../src/i18n/ru';

import { axe, type Look, settled, Visit } from './visitor';

// The desk of duplicates: a word on one pair and its undoing by keys, many at once, the file for the source.
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin({ company: ['--accounts', '150', '--months', '14', '--difficulty', 'hard'] });
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

describe('duplicates', () => {
  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
    'are decided and taken back: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const all = look.lang === 'ru' ? ru : en;
      const t = kDuplicates[look.lang ?? 'en'];
      const page = await visit.page('/health/duplicates?entity=account', look);
      const queue = page.getByRole('region', { name: t.queue, exact: true });
      await queue.getByRole('listitem').first().waitFor();
      await page.getByRole('region', { name: t.side, exact: true }).getByRole('table').waitFor();
      await settled(page);
      expect(await axe(page)).toEqual([]);
      const pairs = await queue.getByRole('listitem').count();
      expect(pairs).toBeGreaterThan(2);

      // Down to the second pair and back; the address says which one it is.
      await page.keyboard.press('j');
      await page.waitForURL(/pair=/);
      const second = page.url();
      await page.keyboard.press('j');
      await page.waitForURL((url) => url.href !== second);
      await page.keyboard.press('k');
      await page.waitForURL(second);

      await page.keyboard.press('n');
      // The model is built anew meanwhile.
      await page.getByText(t.parted(1)).waitFor({ timeout: 120_000 });
      await expect.poll(() => queue.getByRole('listitem').count(), { timeout: 60_000 }).not.toBe(pairs);
      await page.keyboard.press('u');
      await page.getByText(all.app.undone, { exact: true }).waitFor({ timeout: 120_000 });
      await expect.poll(() => queue.getByRole('listitem').count(), { timeout: 60_000 }).toBe(pairs);

      // A tap shows the pair, also where it stands below the list.
      await queue.getByRole('listitem').nth(1).getByRole('button').click();
      const side = page.getByRole('region', { name: t.side, exact: true });
      await expect.poll(() => side.evaluate((node) => node.getBoundingClientRect().top)).toBeLessThan(500);

      // Two at once are one decision.
      const boxes = queue.getByRole('listitem').getByRole('checkbox');
      await boxes.nth(0).check();
      await boxes.nth(1).check();
      await queue.getByRole('button', { name: t.neverMany(2) }).click();
      await page.getByText(t.parted(2)).waitFor({ timeout: 120_000 });
      await queue.getByRole('button', { name: t.undo }).click();
      await page.getByText(all.app.undone, { exact: true }).waitFor({ timeout: 120_000 });
      await expect.poll(() => queue.getByRole('listitem').count(), { timeout: 60_000 }).toBe(pairs);

      // The keys mean the two as well.
      await boxes.nth(0).check();
      await boxes.nth(1).check();
      await page.keyboard.press('n');
      await expect.poll(() => queue.getByRole('listitem').count(), { timeout: 120_000 }).toBe(pairs - 2);
      // The rows may be known before the answer to the decision is.
      await expect.poll(() => queue.getByRole('button', { name: t.undo }).isEnabled()).toBe(true);
      await page.keyboard.press('u');
      await expect.poll(() => queue.getByRole('listitem').count(), { timeout: 60_000 }).toBe(pairs);
      await settled(page);
      expect(await axe(page)).toEqual([]);
      await page.close();
    },
  );

  test('go back to their source as a file in its own headers', async () => {
    if (visit.stage.kind === 'mock') return;
    const t = kDuplicates.en;
    const page = await visit.page('/health/duplicates');
    const files = page.getByRole('region', { name: t.file, exact: true });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      files.getByRole('button').first().click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^salesforce-merge-\w+\.csv$/);
    expect(readFileSync(await download.path(), 'utf8')).toMatch(/^Id,Merged Id/);
    await page.close();
  });

  test('that are sought and not found leave the desk empty', async () => {
    if (visit.stage.kind === 'mock') return;
    const t = kDuplicates.en;
    const page = await visit.page('/health/duplicates?find=nobody-is-called-so');
    await page.getByText(t.none).waitFor();
    await settled(page);
    expect(await axe(page)).toEqual([]);
    await page.close();
  });
});
