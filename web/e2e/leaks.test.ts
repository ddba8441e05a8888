import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { ru } from '../src/i18n/ru';

import { axe, type Look, settled, Visit } from './visitor';

// The way through the ledger: what leaks, by which rule, one leak, the rows that prove it, the record that it is about.
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

describe('leaks', () => {
  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
    'are followed from the sum to the record: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const all = look.lang === 'ru' ? ru : en;
      const t = all.leaks;
      const page = await visit.page('/leaks', look);
      await settled(page);
      expect(await axe(page)).toEqual([]);
      expect(await page.getByRole('region', { name: t.headline }).getByRole('definition').count()).toBe(10);

      // A bar chooses its rule: its meaning stands beside, and the ledger holds its leaks alone.
      const bars = page.getByRole('region', { name: t.byRule });
      const bar = bars.locator('li button').first();
      const name = (await bar.locator('.name').textContent())!;
      await bar.click();
      await page.waitForURL(/rule=\w+/);
      await page.getByRole('region', { name, exact: true }).getByText(t.rule.formula).waitFor();
      await page.getByRole('button', { name: t.showOverTime }).click();
      await page.waitForURL(/trend=on/);
      await page.getByRole('img').waitFor({ timeout: 180_000 });
      await settled(page);
      expect(await axe(page)).toEqual([]);
      const chosen = page.url();

      // The keyboard opens a leak, and the next one.
      const rows = page.getByRole('table', { name: t.ledger }).locator('tbody tr[data-at]');
      await rows.first().focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(/leak=/);
      const panel = page.getByRole('dialog');
      await panel.getByRole('table', { name: all.explain.rows }).waitFor();
      const first = new URL(page.url()).searchParams.get('leak');
      if ((await rows.count()) > 1) {
        await panel.getByRole('button', { name: t.panel.next }).click();
        await page.waitForURL((url) => url.searchParams.get('leak') !== first);
        // Back and forward faster than the panel that went tells that it closed.
        for (let times = 0; times < 3; times += 1) {
          await page.goBack();
          await page.waitForURL(chosen);
          await page.goForward();
        }
      }
      await panel.getByRole('table', { name: all.explain.rows }).waitFor();
      expect(await axe(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThan(1);

      // The row that proves it tells its source record; the panel leads to the page of the record.
      await panel.getByRole('table', { name: all.explain.rows }).locator('tbody tr').first().click();
      await panel.getByRole('table', { name: all.explain.records }).waitFor();
      await panel.locator('.what a').click();
      await page.waitForURL(/\/(customers|analyses)\//);
      await page.locator('main h1').waitFor();
      await page.context().close();
    },
  );

  test('are chosen by the address, and an address that fits none says so', async () => {
    if (visit.stage.kind === 'mock') return;
    const t = en.leaks;
    const page = await visit.page('/leaks?text=no+such+words+anywhere');
    await settled(page);
    await page.getByText(t.noneFits).waitFor();
    // The ledger is of one moment: no period is offered.
    expect(await page.getByText(en.filters.period, { exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: t.clear, exact: true }).click();
    await page.getByRole('table', { name: t.ledger }).waitFor();
    await page.getByRole('combobox', { name: t.fields.department }).selectOption({ index: 1 });
    await page.waitForURL(/department=\w/);
    await page.goto(`${visit.stage.url}/leaks?leak=nothing:1`);
    await page.getByText(t.panel.gone).waitFor();
    await page.context().close();
  });
});

describe('openings', () => {
  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
    'stand beside leaks, and are taken up as they are: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const all = look.lang === 'ru' ? ru : en;
      const t = all.openings;
      const page = await visit.page('/leaks', look);
      await page.getByRole('button', { name: t.title, exact: true }).click();
      await page.waitForURL(/\/leaks\/openings/);
      const rows = page.getByRole('table', { name: t.ledger }).locator('tbody tr[data-at]');
      await rows.first().waitFor();
      await settled(page);
      expect(await axe(page)).toEqual([]);
      await rows.first().click();
      const panel = page.getByRole('dialog');
      await panel.getByRole('table', { name: all.explain.rows }).waitFor();
      const word = panel.getByRole('form', { name: t.word.title });
      await word.getByLabel(t.fields.state).selectOption('in_work');
      await word.getByRole('button', { name: t.word.say }).click();
      await panel.getByText(t.word.done(1, t.states['in_work']!)).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThan(1);
      await panel.getByRole('button', { name: t.word.undo }).click();
      await expect.poll(() => word.getByLabel(t.fields.state).inputValue()).toBe('open');
      await page.context().close();
    },
  );
});

describe('what becomes of leaks', () => {
  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
    'is said of several at once and of one, and is taken back: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const all = look.lang === 'ru' ? ru : en;
      const t = all.leaks;
      const why = `known to both (${look.lang})`;
      const page = await visit.page('/leaks', look);
      const rows = page.getByRole('table', { name: t.ledger }).locator('tbody tr[data-at]');
      await rows.first().waitFor();
      // Only rows in view are in the document; the table says how many there are.
      const count = async (): Promise<number> =>
        Number(await page.getByRole('table', { name: t.ledger }).getAttribute('aria-rowcount')) - 1;
      await settled(page);
      const whole = await count();
      expect(whole).toBeGreaterThan(2);

      // Space picks rows; the word goes to all of them, and needs its reason.
      await rows.first().focus();
      await page.keyboard.press(' ');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press(' ');
      const form = page.getByRole('form', { name: t.word.titleMany(2) });
      await form.getByLabel(t.fields.state).selectOption('tolerated');
      await form.getByRole('button', { name: t.word.say }).click();
      await form.getByText(t.word.needs.note).waitFor();
      expect(await axe(page)).toEqual([]);
      await form.getByLabel(t.word.note).fill(why);
      await form.getByRole('button', { name: t.word.say }).click();
      await page.getByText(t.word.done(2, t.states['tolerated']!)).waitFor();
      await settled(page);
      // What is let be leaks no more, until one asks for it.
      await expect.poll(count).toBe(whole - 2);
      await page.getByRole('combobox', { name: t.fields.state }).selectOption('tolerated');
      await page.waitForURL(/state=tolerated/);
      await expect.poll(count).toBe(2);

      // One of them is taken up again in its panel, which tells what was said before.
      await rows.first().click();
      const panel = page.getByRole('dialog');
      const history = panel.getByRole('region', { name: t.word.history });
      await history.getByText(why).waitFor();
      const before = await history.getByRole('listitem').count();
      const word = panel.getByRole('form', { name: t.word.title });
      await word.getByLabel(t.fields.state).selectOption('in_work');
      await word.getByLabel(t.word.assignee).fill('Ann');
      await word.getByRole('button', { name: t.word.say }).click();
      await panel.getByText(t.word.done(1, t.states['in_work']!)).waitFor();
      await expect.poll(() => history.getByRole('listitem').count()).toBe(before + 1);
      expect(await axe(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThan(1);
      await panel.getByRole('button', { name: t.word.undo }).click();
      await word.getByLabel(t.fields.state).waitFor();
      await expect.poll(() => word.getByLabel(t.fields.state).inputValue()).toBe('tolerated');
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'detached' });

      // Both are opened again for whoever comes next.
      await page.getByRole('checkbox', { name: all.table.pickAll }).check();
      await form.getByLabel(t.fields.state).selectOption('open');
      await form.getByRole('button', { name: t.word.say }).click();
      await page.getByText(t.word.done(2, t.states['open']!)).waitFor();
      await page.context().close();
    },
  );
});

describe('leaks of a company without data', () => {
  test('say what to bring', async () => {
    const empty = await Visit.begin({ empty: true });
    const page = await empty.page('/leaks');
    await page.getByRole('link', { name: en.state.toSources }).waitFor();
    await settled(page);
    expect(await axe(page)).toEqual([]);
    await empty.end();
    expect(empty.complaints).toEqual([]);
  });
});
