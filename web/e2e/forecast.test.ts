import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { kForecast } from '../src/i18n/forecast';
import { ru } from '../src/i18n/ru';

import { axe, type Look, settled, Visit } from './visitor';

// The way of a head of sales through the call: what the quarter will bring, a word of one's own, one deal, a lever, the tree.
let visit: Visit;

// Forecasts are learnt anew: a machine with much else to do takes its time.
const kPatience = 240_000;

beforeAll(async () => {
  visit = await Visit.begin();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

describe.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
  'forecast: $lang',
  (look) => {
    const all = look.lang === 'ru' ? ru : en;
    const t = kForecast[look.lang ?? 'en'];

    test(
      'the board says what the period will bring, and takes a word',
      async () => {
        if (visit.stage.kind === 'mock') return;
        const page = await visit.page('/forecast', look);
        const board = page.getByRole('region', { name: t.board.title });
        const cell = board.getByRole('table', { name: t.board.title }).locator('button.cell').first();
        await cell.waitFor({ timeout: kPatience });
        await page
          .getByRole('region', { name: t.outlook.title })
          .getByRole('img')
          .waitFor({ timeout: kPatience });
        expect(await axe(page)).toEqual([]);
        await cell.click();
        await page.waitForURL(/line=company/);
        const dialog = page.getByRole('dialog');
        await dialog.getByRole('textbox').first().fill('1234567');
        await dialog.getByRole('button', { name: t.board.submit, exact: true }).click();
        await page.getByText(t.board.submitted, { exact: true }).waitFor({ timeout: kPatience });
        expect(await axe(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await board.getByRole('button', { name: t.board.undo, exact: true }).click();
        await page.getByText(all.app.undone, { exact: true }).waitFor({ timeout: kPatience });
        await page.close();
      },
      2 * kPatience,
    );

    test(
      'the call goes from deal to deal by keys and keeps what is decided',
      async () => {
        if (visit.stage.kind === 'mock') return;
        const page = await visit.page('/forecast/call', look);
        await page.getByRole('region', { name: t.call.list }).locator('ol button').nth(1).waitFor({
          timeout: kPatience,
        });
        await settled(page);
        expect(await axe(page)).toEqual([]);
        await page.keyboard.press('ArrowRight');
        await page.waitForURL(/deal=/);
        await page.keyboard.press('n');
        await page.keyboard.type('Call the buyer on Friday');
        await page.getByRole('button', { name: t.call.keep, exact: true }).click();
        await page.getByText('Call the buyer on Friday').first().waitFor({ timeout: kPatience });
        await page.getByRole('link', { name: t.call.open }).click();
        await page.waitForURL(/\/customers\/deal\//);
        await page.close();
      },
      2 * kPatience,
    );

    test(
      'a lever is in the address, and the tree of departments adds up before the reader',
      async () => {
        if (visit.stage.kind === 'mock') return;
        const page = await visit.page('/forecast/scenario?quarters=0', look);
        await page.getByRole('slider', { name: t.scenario.names['win_rate'] ?? '' }).waitFor();
        await page.getByRole('slider', { name: t.scenario.names['win_rate'] ?? '' }).focus();
        await page.keyboard.press('ArrowRight');
        await page.waitForURL(/win_rate=5/);
        await page.getByRole('region', { name: t.scenario.tornado }).waitFor({ timeout: kPatience });
        await settled(page);
        expect(await axe(page)).toEqual([]);
        const tabs = page.getByRole('navigation', { name: all.nav.forecast });
        await tabs.getByRole('button', { name: t.tabs.plan }).click();
        await page.waitForURL(/\/forecast\/plan/);
        await page.getByRole('region', { name: t.plan.title }).locator('button.name').nth(1).click();
        await page.waitForURL(/node=\w+/);
        await settled(page);
        expect(await axe(page)).toEqual([]);
        await page.close();
      },
      2 * kPatience,
    );
  },
);
