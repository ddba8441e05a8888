import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { kRegisterWords } from '../src/i18n/registers';

import { axe, type Look, settled, Visit } from './visitor';

// A process is written down, changed and looked up in its history; goals come from a sheet, seen before they are taken.
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin({ company: ['--accounts', '60', '--months', '12'] });
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

const kTitles = {
  en: { name: 'Process', owner: 'Owner' },
  ru: { name: 'Процесс', owner: 'Владелец' },
};

describe('registers', () => {
  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
    'a process is written down and goals are taken from a sheet: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const lang = look.lang === 'ru' ? 'ru' : 'en';
      const words = kRegisterWords[lang];
      const titles = kTitles[lang];
      const process = `Offers ${lang}`;
      const page = await visit.page('/registers', look);
      await settled(page);
      await page.getByRole('button', { name: words.add.processes }).click();
      const form = page.getByRole('dialog', { name: words.add.processes });
      await form.getByLabel(titles.name).first().fill(process);
      await form.getByLabel(words.form.note).fill('because');
      expect(await axe(page)).toEqual([]);
      await form.getByRole('button', { name: words.form.keep }).click();
      const line = page.getByRole('listitem').filter({ hasText: process });
      await line.getByText(words.needs['no_owner'] ?? '').waitFor();
      await settled(page);
      expect(await axe(page)).toEqual([]);
      if (globalThis.process.env['SHOTS'])
        await page.screenshot({ path: `${globalThis.process.env['SHOTS']}/registers-${lang}.png` });

      await line.getByRole('button', { name: `${words.change}: ${process}` }).click();
      const change = page.getByRole('dialog', { name: words.form.change(process) });
      await change
        .getByLabel(titles.owner, { exact: true })
        .or(change.getByLabel(new RegExp(`^${titles.owner}\\s`)))
        .first()
        .fill('Ann Smith');
      await change.getByRole('button', { name: words.form.keep }).click();
      await line.getByText('Ann Smith').waitFor();
      await line.getByRole('button', { name: words.historyOf(process) }).click();
      const history = page.getByRole('dialog', { name: words.historyOf(process) });
      await history.getByText('because').waitFor();
      expect(await axe(page)).toEqual([]);
      await history.getByRole('button', { name: words.undo }).click();
      await line.getByText(words.nobody).waitFor();

      await page.goto(`${visit.stage.url}/registers?tab=goals`);
      await page.getByRole('button', { name: words.sheet }).click();
      const sheet = page.getByRole('dialog', { name: words.sheets.title });
      const year = lang === 'en' ? '2031' : '2032';
      await sheet
        .getByLabel(words.sheets.paste)
        .fill(`metric;period;target\nleads;${year}-Q1;120\nleads;${year}-Q9;1`);
      await sheet.getByRole('button', { name: words.sheets.look }).click();
      await sheet.getByText(words.sheets.mend(1)).waitFor();
      expect(await axe(page)).toEqual([]);
      if (globalThis.process.env['SHOTS'])
        await page.screenshot({ path: `${globalThis.process.env['SHOTS']}/sheet-${lang}.png` });
      await sheet.getByLabel(words.sheets.paste).fill(`metric;period;target\nleads;${year}-Q1;120`);
      await sheet.getByRole('button', { name: words.sheets.look }).click();
      await sheet.getByRole('button', { name: words.sheets.take(1) }).click();
      await page.getByRole('listitem').filter({ hasText: year }).waitFor();
      await settled(page);
      expect(await axe(page)).toEqual([]);
      if (globalThis.process.env['SHOTS'])
        await page.screenshot({
          path: `${globalThis.process.env['SHOTS']}/goals-${lang}.png`,
          fullPage: true,
        });
      await page.context().close();
    },
  );
});
