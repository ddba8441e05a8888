import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { records } from '../src/api/table';
import type { Result } from '../src/api/types';
import { axe, settled, Visit } from './visitor';

// What a head of customer success does before a call.
let visit: Visit;
let joined = '';

beforeAll(async () => {
  visit = await Visit.begin();
  // The customer that most sources speak of.
  const list = await (await fetch(`${visit.stage.url}/api/v1/customers?customers=true&limit=20`)).json();
  const table = list.tables.accounts;
  let most = 0;
  for (const row of table.rows) {
    const page = await (
      await fetch(`${visit.stage.url}/api/v1/customers.account?id=${encodeURIComponent(row[0])}`)
    ).json();
    const record = page.tables.record;
    const at = record.columns.findIndex((column: { name: string }) => column.name === 'sources');
    const sources = String(record.rows[0][at]).split(', ').length;
    if (sources > most) [most, joined] = [sources, row[0]];
  }
  expect(most).toBeGreaterThanOrEqual(4);
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

/** The result, also where it takes a job: after a setting has changed, the model is made anew. */
async function ask(path: string): Promise<Result> {
  const get = async (rest: string) => (await fetch(`${visit.stage.url}/api/v1/${rest}`)).json();
  const answer = await get(path);
  if (!answer.job) return answer as Result;
  for (;;) {
    const job = await get(`jobs/${answer.job}`);
    if (job.state === 'done') return job.result as Result;
    expect(job.state).toBe('running');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const address = (): string => `/customers/account/${encodeURIComponent(joined)}`;

for (const [lang, words] of [
  [
    'en',
    {
      list: 'Customers',
      timeline: 'Timeline',
      owners: 'Who is responsible',
      support: 'Support',
      fields: 'Fields and their sources',
      says: /What each source says/,
      money: 'Money',
      essentials: 'Essentials',
      find: 'Name or domain',
      invoices: /^Invoices/,
    },
  ],
  [
    'ru',
    {
      list: 'Клиенты',
      timeline: 'Лента событий',
      owners: 'Кто отвечает',
      support: 'Поддержка',
      fields: 'Поля и их источники',
      says: /Что говорит каждый источник/,
      money: 'Деньги',
      essentials: 'Главное',
      find: 'Название или домен',
      invoices: /^Счета/,
    },
  ],
] as const) {
  test(`a customer is found in the list and opened (${lang})`, async () => {
    const page = await visit.page('/customers', { lang });
    await settled(page);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(words.list);
    const rows = page.locator('tbody tr[data-at]');
    const name = (await rows.first().locator('th').textContent()) ?? '';
    await page.getByRole('searchbox', { name: words.find }).fill(name.slice(0, 5).toLowerCase());
    await page.waitForURL(/text=/);
    await settled(page);
    await rows.first().click();
    await page.waitForURL(/\/customers\/account\//);
    await page.getByRole('region', { name: words.essentials }).waitFor();
    expect(await axe(page)).toEqual([]);
  });

  test(`a record joined from many sources shows all of it (${lang})`, async () => {
    const page = await visit.page(address(), { lang });
    await settled(page);
    const sources = page.getByRole('region', { name: words.essentials }).locator('.mark');
    expect(await sources.count()).toBeGreaterThanOrEqual(4);
    expect((await page.locator('.lead').textContent())?.length).toBeGreaterThan(20);
    const owners = page.getByRole('region', { name: words.owners });
    expect(await owners.locator('dt').count()).toBeGreaterThanOrEqual(6);
    expect(await owners.locator('dt').allTextContents()).toContain(words.support);
    const fields = page.getByRole('region', { name: words.fields });
    await fields.locator('button[aria-expanded]').first().click();
    const said = fields.getByRole('list', { name: words.says });
    expect(await said.locator('li').count()).toBeGreaterThanOrEqual(3);
    const timeline = page.getByRole('region', { name: words.timeline });
    const before = await timeline.locator('ol li').count();
    await timeline.getByRole('button', { name: words.money }).click();
    await page.waitForURL(/events=money/);
    await settled(page);
    const after = await timeline.locator('ol li').count();
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThan(before);
    await page.getByRole('button', { name: words.invoices }).click();
    await page.waitForURL(/tab=invoices/);
    expect(await axe(page)).toEqual([]);
  });
}

test('the search finds a customer by any word and opens it with the keyboard', async () => {
  const page = await visit.page(address());
  await settled(page);
  const name = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  await page.goto(visit.stage.url);
  await page.locator('main h1').waitFor();
  await page.keyboard.press('/');
  await page.getByRole('combobox', { name: 'Search' }).fill(name.toLowerCase());
  const option = page.getByRole('option', { name: new RegExp(`^${name}.*account`) }).first();
  await option.waitFor();
  await option.click();
  await page.waitForURL(/\/customers\/account\//);
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
});

test('an id of a source leads to the record, an unknown one says so', async () => {
  const page = await visit.page(`/customers/account/${encodeURIComponent(joined.split(':')[1] ?? '')}`);
  await page.waitForURL((url) => decodeURIComponent(url.pathname).endsWith(joined));
  const lost = await visit.page('/customers/account/nobody');
  await lost.getByRole('alert').waitFor();
});

test('people and deals have lists and pages, linked with one another', async () => {
  const page = await visit.page('/customers/deals');
  await settled(page);
  await page.locator('tbody tr[data-at]').first().click();
  await page.waitForURL(/\/customers\/deal\//);
  await settled(page);
  await page.getByRole('region', { name: 'Essentials' }).getByRole('link').first().click();
  await page.waitForURL(/\/customers\/account\//);
  await settled(page);
  await page.getByRole('button', { name: /^Contacts/ }).click();
  await page.getByRole('table', { name: 'Contacts' }).locator('tbody tr[data-at]').first().click();
  await page.waitForURL(/\/customers\/person\//);
  await settled(page);
  expect(await axe(page)).toEqual([]);
});

test('a value of a lead is taken away, and given back', async () => {
  if (visit.stage.kind === 'mock') return;
  const found = await ask(
    `sql?query=${encodeURIComponent('SELECT lead_id FROM lead WHERE company IS NOT NULL AND deal_id IS NOT NULL ORDER BY lead_id LIMIT 1')}`,
  );
  const lead = String(Object.values(found.tables)[0]?.rows[0]?.[0]);
  const page = await visit.page(`/customers/lead/${encodeURIComponent(lead)}`);
  await settled(page);
  const company = page.locator('li', { has: page.locator('.name', { hasText: /^Company$/ }) });
  const before = await company.locator('.words').first().innerText();
  await company.getByRole('button').first().click();
  await company.getByRole('button', { name: 'Correct: Company' }).click();
  await company.getByLabel('The field is to be empty').check();
  await company.getByLabel('How you know it').fill('they closed');
  await company.getByRole('button', { name: 'Correct', exact: true }).click();
  await company.getByText('does not say so yet: Emptied').waitFor();
  await company.locator('.words', { hasText: /^Emptied$/ }).waitFor();
  await company.getByRole('button', { name: 'Take back' }).click();
  await company.locator('.words').filter({ hasText: before }).first().waitFor();
  await company.locator('.words', { hasText: /^Emptied$/ }).waitFor({ state: 'detached' });
  expect(await axe(page)).toEqual([]);
  await page.getByRole('link', { name: 'Deal', exact: true }).click();
  await page.waitForURL(/\/customers\/deal\//);
});

test('a Russian page says what is meant, not the codes of the sources', async () => {
  if (visit.stage.kind === 'mock') return;
  const listed = await ask(
    `customers.deals?limit=1&where=${encodeURIComponent("type = 'new' and status = 'open'")}`,
  );
  const deal = String(records(listed.tables['deals'])[0]?.['deal_id']);
  const page = await visit.page(`/customers/deal/${encodeURIComponent(deal)}`, { lang: 'ru' });
  await settled(page);
  const essentials = page.getByRole('region', { name: 'Главное' });
  expect(await essentials.getByText('новая', { exact: true }).count()).toBe(1);
  const fields = await page
    .getByRole('region', { name: 'Поля и их источники' })
    .locator('.value')
    .allTextContents();
  expect(fields.join(' ')).not.toMatch(/\b(new|pipeline|best_case|commit)\b/);
  const customer = await visit.page(address(), { lang: 'ru' });
  await settled(customer);
  const events = customer.getByRole('region', { name: 'Лента событий' }).locator('ol .caption');
  expect((await events.allTextContents()).join(' ')).not.toMatch(
    /\b(Connected|No answer|paid_\w+|organic)\b/,
  );
  const lost = await visit.page('/customers/account/nobody', { lang: 'ru' });
  expect(await lost.getByRole('alert').textContent()).toContain('омпании «nobody» нет');
});

test('the list goes out as CSV, and a wrong condition is refused with its place', async () => {
  const page = await visit.page('/customers');
  await settled(page);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  expect(readFileSync(await (await download).path(), 'utf8')).toMatch(/^\ufeffname,account_id,domain/);
  await page.getByRole('textbox', { name: 'Condition' }).fill('nonsense > 1');
  await page.getByRole('button', { name: 'Apply' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('nonsense');
});

test('days are those of the reporting time zone', async () => {
  if (visit.stage.kind === 'mock') return;
  // A day closes at its midnight of that zone, which is still the day before in UTC.
  expect(visit.stage.command(['settings', 'set', 'time_zone', 'Asia/Vladivostok']).status).toBe(0);
  try {
    const listed = await ask(`customers.deals?limit=1000&where=${encodeURIComponent("status = 'won'")}`);
    const deals = records(listed.tables['deals']).map((row) => ({
      account: String(row['account_id']),
      day: String(row['close_date']),
    }));
    const only = deals.find((one) => deals.filter((other) => other.account === one.account).length === 1);
    const page = await visit.page(`/customers/account/${encodeURIComponent(only!.account)}`);
    await settled(page);
    const long = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
    expect(await page.locator('.lead').textContent()).toContain(
      `Customer since ${long.format(new Date(only!.day))}`,
    );
    const said = page.getByRole('region', { name: 'Fields and their sources' });
    const known = records(
      (await ask(`customers.account?id=${encodeURIComponent(only!.account)}`)).tables['fields'],
    );
    const short = new Intl.DateTimeFormat('en-GB', {
      dateStyle: 'medium',
      timeZone: 'Asia/Vladivostok',
    });
    expect(await said.locator('button.value').first().getAttribute('title')).toContain(
      short.format(new Date(String(known[0]?.['known_at']))),
    );
    await page.context().close();
  } finally {
    expect(visit.stage.command(['settings', 'set', 'time_zone', 'UTC']).status).toBe(0);
  }
});

test('record pages fit narrow and wide screens', async () => {
  for (const width of [390, 2560]) {
    for (const theme of ['light', 'dark'] as const) {
      const page = await visit.page(address(), { width, theme });
      await settled(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      expect(await axe(page)).toEqual([]);
    }
  }
});
