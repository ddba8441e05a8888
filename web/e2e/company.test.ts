import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axe, settled, Visit } from './visitor';

// What people do with a company whose exports are in.
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

test('Pulse says it first, then the five numbers, then the pictures', async () => {
  const page = await visit.page('/');
  await settled(page);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Pulse');
  const cards = page.getByRole('region', { name: 'The five numbers' }).getByRole('article');
  expect(await cards.count()).toBe(5);
  await page.getByRole('region', { name: 'From lead to cash' }).waitFor();
  await page.getByRole('region', { name: 'Sources' }).waitFor();
  // One sentence that can be said aloud: no dates as machines write them.
  const lead = await page.locator('.lead').textContent();
  expect(lead).toMatch(/this quarter/);
  expect(lead).not.toMatch(/\d{4}-\d\d/);
});

test('a choice that leaves nothing says so and shows the way out', async () => {
  const page = await visit.page('/?from=2001-01-01&to=2001-01-31');
  await settled(page);
  const nothing = page.getByRole('status').filter({ hasText: 'Nothing is found for this choice' });
  expect(await nothing.textContent()).toMatch(/The data run from \d/);
  await nothing.getByRole('button', { name: 'All time' }).click();
  await page.waitForURL(/period=all/);
  await nothing.waitFor({ state: 'detached' });
  await settled(page);
  // All time is not the quarter that Pulse takes by itself.
  expect(await page.locator('.lead').textContent()).toMatch(/from \d+ \w+ 20\d\d to \d+ \w+ 20\d\d/);
});

test('the mark of missing history tells what it means and where to look', async () => {
  const page = await visit.page('/');
  await settled(page);
  await page.getByRole('button', { name: 'History is partial' }).click();
  await page.getByText('Weir keeps the differences').waitFor();
  await page.getByRole('link', { name: 'What is known of each kind of record' }).click();
  await page.waitForURL(/\/analyses\/history/);
  await page.getByRole('rowheader', { name: 'deal' }).waitFor();
});

test('a figure opens its rows, a row its source record with file and line', async () => {
  const page = await visit.page('/');
  await settled(page);
  await page
    .getByRole('button', { name: /Rows behind/ })
    .first()
    .click();
  const panel = page.getByRole('dialog', { name: 'The rows behind the figure' });
  const rows = panel.getByRole('table', { name: 'Rows' }).locator('tbody tr[data-at]');
  await rows.first().click();
  // What a person knows a deal by stands first, its id last.
  const headers = await panel
    .getByRole('table', { name: 'Rows' })
    .getByRole('columnheader')
    .allTextContents();
  expect(headers[0]?.trim()).toBe('Name');
  expect(headers.at(-1)?.trim()).toBe('Id');
  const records = panel.getByRole('table', { name: 'Source records' });
  await records.waitFor();
  expect(await records.getByRole('columnheader').allTextContents()).toEqual(
    expect.arrayContaining([expect.stringMatching(/File/), expect.stringMatching(/Line/)]),
  );
  expect(await records.locator('tbody tr[data-at]').count()).toBeGreaterThan(0);
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
});

test('filters live in the address and survive a reload and the way back', async () => {
  const page = await visit.page('/');
  await page.getByRole('button', { name: /^Period/ }).click();
  await page.getByRole('button', { name: 'Last 12 months' }).click();
  await page.waitForURL(/period=last_12_months/);
  const team = page.getByRole('combobox', { name: 'Team' });
  const value = await team.locator('option').nth(1).getAttribute('value');
  await team.selectOption(value!);
  await page.waitForURL(/team=/);
  await page.reload();
  await settled(page);
  expect(await page.getByRole('combobox', { name: 'Team' }).inputValue()).toBe(value);
  await page.goBack();
  await expect.poll(() => page.getByRole('combobox', { name: 'Team' }).inputValue()).toBe('');
  await page.getByRole('group', { name: 'Filters' }).getByRole('button', { name: 'Clear filters' }).click();
  await expect.poll(() => new URL(page.url()).search).toBe('');
});

test('the past is one date away, and a permalink fixes it with the data version', async () => {
  const page = await visit.page('/?period=last_12_months');
  await settled(page);
  const date = page.locator('input[type="date"][aria-label="As of"]');
  const last = await date.getAttribute('max');
  const past = new Date(Date.parse(last!) - 40 * 86_400_000).toISOString().slice(0, 10);
  await date.fill(past);
  await date.dispatchEvent('change');
  await page.waitForURL(new RegExp(`as_of=${past}`));
  await settled(page);
  await page.getByRole('button', { name: 'Copy permalink' }).click();
  await page.getByText('Permalink copied').waitFor();
  const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  expect(link.searchParams.get('as_of')).toContain(past.slice(0, 4));
  expect(Number(link.searchParams.get('known_at'))).toBeGreaterThan(0);
  const again = await visit.page(link.pathname + link.search);
  await settled(again);
  await again.getByText(/as known at version/).waitFor();
  expect(await again.getByRole('region', { name: 'The five numbers' }).textContent()).toBe(
    await page.getByRole('region', { name: 'The five numbers' }).textContent(),
  );
});

test('a metric is found, cut by a dimension, shown as chart and as table, and explained', async () => {
  const page = await visit.page('/catalog?period=last_12_months');
  await page.getByRole('searchbox', { name: 'Find a metric' }).fill('deals_won');
  await page
    .getByRole('link', { name: /deals_won$/ })
    .first()
    .click();
  await page.waitForURL(/\/catalog\/deals_won/);
  await page.getByRole('region', { name: 'Definition' }).waitFor();
  await page.getByRole('combobox', { name: 'By' }).fill('team');
  await page.getByRole('option', { name: 'Team', exact: true }).click();
  await page.waitForURL(/by=team/);
  await page.locator('canvas').waitFor();
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('t');
  await page.waitForURL(/view=table/);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  expect(csv).toMatch(/^\ufeffperiod,team,deals_won\r\n/);
  await page.locator('tbody tr[data-at]').first().click();
  const rows = page.getByRole('dialog').getByRole('table', { name: 'Rows' }).locator('tbody tr[data-at]');
  await rows.first().waitFor();
});

test('a column that no mapping names splits a metric and filters it', async () => {
  const page = await visit.page('/catalog/won_amount?period=all');
  await page.getByRole('combobox', { name: 'By' }).fill('push');
  await page.getByRole('option', { name: 'Salesforce opportunities: PushCount' }).click();
  await page.waitForURL(/by=ext\.salesforce\.opportunity\.push_count/);
  await page.locator('canvas').waitFor();
  await page.getByRole('heading', { level: 1 }).click();
  await page.getByText('Add a filter').click();
  await page.getByLabel('Column').selectOption('ext.salesforce.opportunity.has_open_activity');
  await page.getByLabel('Value').fill('false');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.waitForURL(/has_open_activity/);
  expect(await page.getByLabel('Condition').inputValue()).toBe(
    'ext.salesforce.opportunity.has_open_activity = false',
  );
  await page.locator('canvas').waitFor();
  await settled(page);
  expect(await axe(page)).toEqual([]);
});

test('a wrong condition is refused with where and how to mend it', async () => {
  const page = await visit.page('/catalog/deals_won?by=nonsense');
  const alert = page.getByRole('alert');
  await alert.waitFor();
  expect(await alert.textContent()).toContain('nonsense');
});

test('keys: search, go to a page, the list', async () => {
  const page = await visit.page('/');
  await settled(page);
  await page.keyboard.press('/');
  await page.getByRole('combobox', { name: 'Search' }).fill('win rate');
  await page.getByRole('listbox').getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/catalog\/win_rate/);
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.waitForURL(/\/sources/);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.waitForURL((url) => url.pathname === '/');
});

test('rows of a table are walked and opened with keys', async () => {
  const page = await visit.page('/sources');
  await settled(page);
  await page.locator('tbody tr[tabindex="0"]').focus();
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-at'))).toBe('1');
  await page.keyboard.press('Enter');
  await page.waitForURL(/tab=columns/);
});

test('every analysis of the catalogue has a screen', async () => {
  const page = await visit.page('/analyses');
  const links = page.locator('main a[href^="/analyses/"]');
  const paths = await links.evaluateAll((found) => found.map((link) => link.getAttribute('href')!));
  expect(paths.length).toBeGreaterThan(5);
  for (const path of paths) {
    await page.goto(visit.stage.url + path);
    await page.locator('main h1').waitFor();
    await settled(page);
    expect(await page.getByRole('alert').allTextContents(), path).toEqual([]);
  }
  // Each wait of each screen has its limit; how many screens there are, the catalogue says.
}, 0);

test('an action asks for its reason and can be undone', async () => {
  const page = await visit.page('/analyses/settings/set');
  await page.getByRole('combobox', { name: /setting/i }).selectOption('language');
  await page.getByRole('textbox', { name: /value/i }).fill('ru');
  await page.getByLabel('Reason').fill('the team reads Russian');
  await page.getByRole('button', { name: 'Do it' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Undone').waitFor();
});

test('language and theme are chosen, and stay', async () => {
  const page = await visit.page('/');
  await page.getByLabel('Language').selectOption('ru');
  await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('Пульс');
  await page.getByLabel('Тема').selectOption('dark');
  await page.reload();
  await page.locator('main h1').waitFor();
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  expect(await page.locator('html').getAttribute('lang')).toBe('ru');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Пульс');
});

test('an address that is no page says so', async () => {
  const page = await visit.page('/nowhere');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('no such page');
});
