import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axe, settled, Visit, type Look } from './visitor';

// Every page for everybody: axe clean in both languages, light and dark, and whole from 360 px.
const kPages = [
  '/?period=last_12_months',
  '/catalog',
  '/catalog/won_amount?period=last_12_months&by=team',
  '/catalog/win_rate?period=last_12_months&by=segment&view=table',
  '/pipeline',
  '/pipeline/deals',
  '/forecast/plan',
  '/sources',
  '/sources?tab=stages',
  '/sources?tab=imports',
  '/sources?tab=rejects',
  '/sources?tab=columns',
  '/explore',
  '/explore?q=SELECT+naem+FROM+deal',
  '/explore?q=SELECT+stage%2C+count(*)+AS+deals+FROM+deal+GROUP+BY+stage+ORDER+BY+stage&chart=bar:stage:deals',
  '/analyses',
  '/analyses/metrics?metrics=deals_won&by=team',
  '/analyses/history',
  '/analyses/settings/set',
  '/setup',
  '/settings',
  '/settings?tab=audit',
];
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

describe.each<Look>([
  { lang: 'en', theme: 'light' },
  { lang: 'ru', theme: 'dark' },
  { lang: 'ru', theme: 'light', width: 390 },
])('$lang $theme $width', (look) => {
  test.each(kPages)('axe finds nothing on %s', async (path) => {
    const page = await visit.page(path, look);
    await settled(page);
    expect(await axe(page)).toEqual([]);
    await page.context().close();
  });
});

describe.each([360, 2560])('%i px', (width) => {
  test.each(kPages)('%s does not scroll sideways', async (path) => {
    const page = await visit.page(path, { width, lang: 'ru' });
    await settled(page);
    const extra = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(extra).toBe(0);
    await page.context().close();
  });
});

test('panels and lists are clean too', async () => {
  const page = await visit.page('/?period=last_12_months');
  await settled(page);
  await page
    .getByRole('button', { name: /Rows behind/ })
    .first()
    .click();
  await page.getByRole('dialog').locator('tbody tr[data-at]').first().click();
  await page.getByRole('table', { name: 'Source records' }).waitFor();
  expect(await axe(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.getByRole('listbox').getByRole('option').first().waitFor();
  expect(await axe(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  expect(await axe(page)).toEqual([]);
});
