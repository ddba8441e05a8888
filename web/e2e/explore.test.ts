import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { ru } from '../src/i18n/ru';

import { axe, type Look, settled, Visit } from './visitor';

// From the empty page to a query that is written, completed, run, drawn, saved and opened again.
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

const editor = (page: Page, label: string) => page.getByRole('textbox', { name: label });

async function write(page: Page, label: string, query: string): Promise<void> {
  await editor(page, label).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  // Not typed: brackets that close themselves and completions are another test's.
  await page.keyboard.insertText(query);
  await page.keyboard.press('Escape');
}

describe('explore', () => {
  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
    'a query is written, run, drawn, saved and opened again: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const t = (look.lang === 'ru' ? ru : en).explore;
      const page = await visit.page('/explore', look);
      await settled(page);

      // An example runs as it is.
      await page.getByRole('button', { name: t.examples.silentDeals.title }).click();
      await page.getByRole('table', { name: t.result }).waitFor();
      await settled(page);
      expect(new URL(page.url()).searchParams.get('q')).toContain('moment');
      expect(await axe(page)).toEqual([]);

      // A mistake is marked in its place and said with the way out.
      await write(page, t.editor, 'SELECT stage, count(*) AS deals, summ(amount_reporting) FROM deal');
      await page.keyboard.press('ControlOrMeta+Enter');
      await page.getByText(look.lang === 'ru' ? /«sum»/ : /Did you mean 'sum'\?/).waitFor();
      await page.locator('.cm-fault', { hasText: 'summ' }).waitFor();
      expect(await axe(page)).toEqual([]);

      // Columns of the views that the query names are completed.
      await write(page, t.editor, 'SELECT stage,  FROM deal');
      for (let i = 0; i < ' FROM deal'.length; i += 1) await page.keyboard.press('ArrowLeft');
      await page.keyboard.type('amount_r');
      await page
        .getByRole('option', { name: /amount_reporting/ })
        .first()
        .click();
      await page.locator('.cm-line', { hasText: 'amount_reporting' }).waitFor();

      await write(
        page,
        t.editor,
        'SELECT stage, count(*) AS deals, sum(amount_reporting) AS amount FROM scoped.deal GROUP BY stage ORDER BY stage',
      );
      await page.getByRole('button', { name: t.run, exact: true }).click();
      await page.getByRole('columnheader', { name: /amount, [A-Z]{3}/ }).waitFor();
      await page.getByLabel(t.kind).selectOption('bar');
      await page.getByLabel(t.y).selectOption('deals');
      await page.locator('figure canvas').waitFor();
      expect(new URL(page.url()).searchParams.get('chart')).toBe('bar:stage:deals');
      expect(await axe(page)).toEqual([]);

      // The address alone shows the same.
      const again = await visit.open(page.url(), look);
      await again.locator('figure canvas').waitFor();
      expect(await again.getByLabel(t.y).inputValue()).toBe('deals');
      await again.context().close();

      const name = `Deals by stage ${look.lang}`;
      await page.getByRole('button', { name: t.save, exact: true }).click();
      await page.getByRole('dialog').getByLabel(t.name).fill(name);
      await page.getByRole('dialog').getByLabel(t.shared).check();
      expect(await axe(page)).toEqual([]);
      await page.getByRole('dialog').getByRole('button', { name: t.save, exact: true }).click();
      await page.waitForURL(/\/explore\/\d+/);
      await page.getByRole('heading', { level: 1, name }).waitFor();

      const fresh = await visit.page('/explore', look);
      await fresh.getByRole('button', { name: t.open(name), exact: true }).click();
      await fresh.locator('figure canvas').waitFor();
      await fresh.locator('.cm-line', { hasText: 'scoped.deal' }).waitFor();

      const download = fresh.waitForEvent('download');
      await fresh.getByRole('button', { name: 'JSON' }).click();
      const rows = JSON.parse(readFileSync((await (await download).path())!, 'utf8')) as { deals: number }[];
      expect(rows.length).toBeGreaterThan(2);
      expect(rows[0]!.deals).toBeGreaterThan(0);

      await fresh.getByRole('button', { name: t.remove(name) }).click();
      await fresh.getByRole('button', { name: t.open(name), exact: true }).waitFor({ state: 'detached' });
      await fresh.context().close();
      await page.context().close();
    },
  );

  test('a view on the side is looked up and inserted', async () => {
    if (visit.stage.kind === 'mock') return;
    const page = await visit.page('/explore');
    const t = en.explore;
    await page.getByLabel(t.findView).fill('zeppelin');
    await page.getByText(t.noView).waitFor();
    await page.getByLabel(t.findView).fill('invoice_line');
    await page.locator('summary', { hasText: 'invoice_line' }).click();
    await page.getByRole('button', { name: t.insert('invoice_line'), exact: true }).click();
    await page.locator('.cm-line', { hasText: 'invoice_line' }).waitFor();
    expect(await axe(page)).toEqual([]);
    await page.context().close();
  });

  test('keys typed into the editor stay there, and Tab leaves it', async () => {
    if (visit.stage.kind === 'mock') return;
    const page = await visit.page('/explore');
    await editor(page, en.explore.editor).click();
    await page.keyboard.type('g p / ? 1');
    await page.keyboard.press('Escape');
    expect(new URL(page.url()).pathname).toBe('/explore');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe(en.explore.run);
    await page.context().close();
  });

  test('a query that runs long is cancelled', async () => {
    if (visit.stage.kind === 'mock') return;
    const t = en.explore;
    const page = await visit.page('/explore');
    await write(
      page,
      t.editor,
      'SELECT count(*) FROM range(9000000) AS a, range(9000000) AS b WHERE a.range + b.range = 7',
    );
    await page.keyboard.press('ControlOrMeta+Enter');
    await page.getByRole('button', { name: t.cancel, exact: true }).first().click();
    await page.getByText(t.cancelled, { exact: true }).waitFor();
    // Its thread is free again: the next query is answered.
    await write(page, t.editor, 'SELECT 42 AS answer');
    await page.keyboard.press('ControlOrMeta+Enter');
    await page
      .getByRole('rowheader', { name: '42' })
      .or(page.getByRole('cell', { name: '42' }))
      .first()
      .waitFor();
    await page.context().close();
  });
});
