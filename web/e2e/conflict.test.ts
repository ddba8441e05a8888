import { afterAll, beforeAll, expect, test } from 'vitest';
import { axe, settled, Visit, type Look } from './visitor';

let visit: Visit;
beforeAll(async () => {
  visit = await Visit.begin();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

const kWords = {
  en: { compare: 'Compare', cells: 'Cells of the sheet', left: 'unknown: left out', figures: 'Figures' },
  ru: { compare: 'Сверить', cells: 'Ячейки таблицы', left: 'не понят: не участвует', figures: 'Цифры' },
};

test.each<Look & { lang: 'en' | 'ru' }>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
  'a sheet that somebody brought is compared, pasted and as a file: $lang',
  async (look) => {
    if (visit.stage.kind === 'mock') return;
    const t = kWords[look.lang];
    const page = await visit.page('/catalog?tab=sheet&period=all', look);
    await settled(page);
    expect(await axe(page)).toEqual([]);
    await page.getByLabel(t.cells).fill('Month\tDeals won\tMood\n2026-08\t9999\tgood');
    await page.getByRole('button', { name: t.compare, exact: true }).click();
    await page.getByRole('cell', { name: '9999', exact: true }).waitFor();
    await page.getByText(t.left).first().waitFor({ state: 'attached' });
    expect(await axe(page)).toEqual([]);
    // In the encoding of a spreadsheet on Windows: the word for "month" in Russian.
    await page.goto(`${visit.stage.url}/catalog?tab=sheet&period=all`);
    await settled(page);
    const bytes = Buffer.concat([
      Buffer.from([0xcc, 0xe5, 0xf1, 0xff, 0xf6]),
      Buffer.from(';Deals won\n2026-08;8888\n'),
    ]);
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'board.csv', mimeType: 'text/csv', buffer: bytes });
    await page.getByRole('cell', { name: '8888', exact: true }).waitFor();
    await page.getByRole('cell', { name: 'Месяц' }).first().waitFor();
    await page.getByRole('heading', { name: t.figures }).waitFor();
    await page.context().close();
  },
);
