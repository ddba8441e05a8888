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
  await page.getByRole('heading', { name: 'Done' }).waitFor({ timeout: 55_000 });
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
  await page.getByRole('heading', { name: 'Done' }).waitFor({ timeout: 55_000 });
  expect(await axe(page)).toEqual([]);
  await page.getByRole('button', { name: 'Import more' }).click();
  await page.getByRole('button', { name: /^Stages/ }).click();
  await page.getByLabel('Step of “On hold”').selectOption({ label: 'Opportunity' });
  expect(await axe(page)).toEqual([]);
  await page.getByRole('button', { name: 'Place “On hold”' }).click();
  const undo = page
    .getByRole('region', { name: 'Opportunity' })
    .getByRole('button', { name: 'Undo: “On hold”' });
  await undo.click({ timeout: 55_000 });
  await page.getByLabel('Step of “On hold”').waitFor({ timeout: 55_000 });
});
