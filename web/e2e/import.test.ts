import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axe, settled, Visit } from './visitor';

// The way from an empty company to the first numbers, and back.
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin({ empty: true });
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

/** Files that a vendor would have written: those of the simulator, or one made here for the mock. */
function exports(): (string | { name: string; mimeType: string; buffer: Buffer })[] {
  const folder = visit.stage.folder;
  if (!folder)
    return [{ name: 'Opportunity.csv', mimeType: 'text/csv', buffer: Buffer.from('Id,Name\n1,Alder\n') }];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(folder, entry.name));
}

test('an empty company says what to do next', async () => {
  for (const lang of ['en', 'ru'] as const) {
    const page = await visit.page('/', { lang });
    await page
      .getByRole('link', { name: lang === 'en' ? 'Add the first file' : 'Добавить первый файл' })
      .waitFor();
    expect(await axe(page)).toEqual([]);
  }
});

test('a file that is not an export is named, and nothing is imported', async () => {
  const page = await visit.page('/sources');
  await page
    .getByLabel('Choose files')
    .setInputFiles([{ name: 'unknown.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') }]);
  await page.getByRole('button', { name: 'None of the files was recognised' }).waitFor();
  await page.getByText('not recognised', { exact: true }).waitFor();
  expect(await axe(page)).toEqual([]);
});

test('files are looked at first, then imported, then undone', async () => {
  const page = await visit.page('/sources');
  await page.getByLabel('Choose files').setInputFiles(exports() as string[]);
  const go = page.getByRole('button', { name: /^Import \d+ files?$/ });
  await go.waitFor();
  await page.getByRole('heading', { name: 'What was recognised' }).waitFor();
  expect(await axe(page)).toEqual([]);
  await go.click();
  await page.getByRole('heading', { name: 'Done' }).waitFor();
  await page.getByRole('button', { name: 'Import more' }).click();
  await page.getByRole('link', { name: 'Pulse' }).first().click();
  await page.getByRole('region', { name: 'The five numbers' }).getByRole('article').first().waitFor();
  await page.getByRole('link', { name: 'Sources' }).first().click();
  await page.getByRole('button', { name: 'Imports', exact: true }).click();
  await settled(page);
  const undo = page.getByRole('button', { name: /^Undo import/ });
  const name = await undo.first().getAttribute('aria-label');
  await undo.first().click();
  await page.getByText(/Import \d+ is undone/).waitFor();
  await page.getByRole('button', { name: name!, exact: true }).waitFor({ state: 'detached' });
});

test('a stage that no line knows is placed on the page, and taken back', async () => {
  if (visit.stage.kind !== 'weir') return;
  const rows = [
    'key,name,pipeline,stage,stage_kind,type,amount,currency,created_at,close_date',
    '1,Alpha,Partners,On hold,open,new,10000,EUR,2026-08-10,2026-12-10',
  ];
  const page = await visit.page('/sources');
  await page
    .getByLabel('Choose files')
    .setInputFiles([{ name: 'weir-deal.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) }]);
  await page.getByRole('button', { name: 'Import 1 file' }).click();
  await page.getByRole('heading', { name: 'Done' }).waitFor();
  expect(await axe(page)).toEqual([]);
  await page.getByRole('button', { name: 'Import more' }).click();
  await page.getByRole('button', { name: /^Stages/ }).click();
  await page.getByLabel('Step of “On hold”').selectOption({ label: 'Opportunity' });
  expect(await axe(page)).toEqual([]);
  await page.getByRole('button', { name: 'Place “On hold”' }).click();
  const undo = page
    .getByRole('region', { name: 'Opportunity' })
    .getByRole('button', { name: 'Undo: “On hold”' });
  await undo.click();
  await page.getByLabel('Step of “On hold”').waitFor();
});

const kEnglish = {
  lang: 'en',
  theme: 'light',
  width: 1440,
  name: 'till.csv',
  bytes: Buffer.from(
    'order number,client,sum,sold on,answer,note\n' +
      [
        'A-1,Alder,1200.50,03/04/2026,won,',
        'A-2,Birch,80,05/06/2026,lost,',
        'A-3,Cedar,7,07/08/2026,won,x',
      ].join('\n'),
  ),
  source: 'till',
  map: 'Map its columns: till.csv',
  rowsAre: 'Each row is',
  deals: /^deals/,
  feeds: (header: string) => `What “${header}” feeds`,
  days: /^Days of “sold on”/,
  dayFirst: 'day first',
  tryIt: 'Try it',
  taken: /^Taken\s*3$/,
  go: 'Save and import',
  done: 'Done',
  more: 'Import more',
  tab: 'Own mappings',
  remove: /^Remove till\//,
  exportIt: /^Export mapping: till\//,
  undo: 'Undo: till.csv',
  undone: /Import \d+ is undone/,
  removed: /The mapping till\/\S+ is removed/,
} as const;

const kRussian = {
  ...kEnglish,
  lang: 'ru',
  theme: 'dark',
  width: 390,
  name: 'kassa.csv',
  // windows-1251, as exports of Russian programs are.
  bytes: Buffer.from(
    [
      'CDEEECE5F03BCAEBE8E5EDF23BD1F3ECECE03BC4E0F2E03BC8F2EEE30A',
      '312D313BCEEBFCF5E03B313230302C35303B30332E30342E323032363BE2FBE8E3F0E0EDEE0A',
      '312D323BC1E5F0B8E7E03B38302C30303B30352E30362E323032363BEFF0EEE8E3F0E0EDEE0A',
      '312D333BCAE5E4F03B372C30303B30372E30382E323032363BE2FBE8E3F0E0EDEE0A',
    ].join(''),
    'hex',
  ),
  source: 'kassa',
  map: 'Сопоставить столбцы: kassa.csv',
  rowsAre: 'Каждая строка — это',
  deals: /^сделки/,
  feeds: (header: string) => `Что заполняет «${header}»`,
  days: /^Даты столбца «Дата»/,
  dayFirst: 'сначала день',
  tryIt: 'Проверить',
  taken: /^Принято\s*3$/,
  go: 'Сохранить и загрузить',
  done: 'Готово',
  more: 'Загрузить ещё',
  tab: 'Сопоставления',
  remove: /^Удалить kassa\//,
  exportIt: /^Выгрузить сопоставление: kassa\//,
  undo: 'Отменить: kassa.csv',
  undone: /Загрузка \d+ отменена/,
  removed: /Сопоставление kassa\/\S+ удалено/,
} as const;

test.each([kEnglish, kRussian])('a file that nothing recognises is mapped, in $lang', async (words) => {
  if (visit.stage.kind !== 'weir') return;
  const { lang, theme, width } = words;
  const page = await visit.page('/sources', { lang, theme, width });
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles([{ name: words.name, mimeType: 'text/csv', buffer: words.bytes }]);
  await page.getByRole('button', { name: words.map }).click();
  const table = page.getByLabel(words.rowsAre);
  await table.waitFor();
  const deals = await table.locator('option').filter({ hasText: words.deals }).first().getAttribute('value');
  await table.selectOption(deals!);
  const [key, name, amount, day, kind] =
    lang === 'en'
      ? ['order number', 'client', 'sum', 'sold on', 'answer']
      : ['Номер', 'Клиент', 'Сумма', 'Дата', 'Итог'];
  for (const [header, field] of [
    [key, 'key'],
    [name, 'account_name'],
    [amount, 'amount'],
    [day, 'close_date'],
    [kind, 'stage'],
  ] as const) {
    await page.getByLabel(words.feeds(header!)).selectOption(field);
  }
  const order = page.getByLabel(words.days);
  if (await order.count()) await order.selectOption({ label: words.dayFirst });
  await page.getByRole('button', { name: words.tryIt, exact: true }).click();
  await page.locator('dl > div').filter({ hasText: words.taken }).waitFor();
  expect(await axe(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await page.getByRole('button', { name: words.go }).click();
  await page.getByRole('heading', { name: words.done }).waitFor();
  await page.getByRole('button', { name: words.tab }).click();
  await page.getByRole('button', { name: words.exportIt }).waitFor();
  // Rows that count rest on the mapping: it goes after their import.
  const remove = page.getByRole('button', { name: words.remove });
  expect(await remove.isDisabled()).toBe(true);
  expect(await axe(page)).toEqual([]);
  await page.getByRole('button', { name: words.undo, exact: true }).click();
  await page.getByText(words.undone).waitFor();
  await remove.click();
  await page.getByText(words.removed).waitFor();
  await remove.waitFor({ state: 'detached' });
});
