import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { ru } from '../src/i18n/ru';

import { axe, type Look, settled, Visit } from './visitor';

// From a machine of one person to a company of several: the first owner, a member of one team, and what each sees.
const kPassword = 'four words in a row';
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

async function signIn(page: Page, user: string, password = kPassword): Promise<void> {
  const t = (await page.evaluate(() => document.documentElement.lang)) === 'ru' ? ru : en;
  await page.getByLabel(t.account.user).fill(user);
  await page.getByLabel(t.account.password, { exact: true }).fill(password);
  await page.getByRole('button', { name: t.account.signIn }).click();
}

async function signedIn(path: string, user: string, look: Look = {}): Promise<Page> {
  const page = await visit.page(path, look);
  await signIn(page, user);
  await page.getByRole('navigation').first().waitFor();
  await settled(page);
  return page;
}

const teamsOf = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const answer = await fetch('/api/v1/filters');
    const result = (await answer.json()) as { tables: { teams: { rows: [string, string][] } } };
    return result.tables.teams.rows.map((row) => row[1]);
  });

describe('accounts', () => {
  test('the first account turns signing in on', async (context) => {
    if (visit.stage.kind === 'mock') return context.skip();
    const t = en.settings;
    const page = await visit.page('/settings');
    await page.getByText(t.firstHelp).waitFor();
    await page.getByRole('button', { name: t.addUser }).click();
    await page.getByLabel(t.loginName).fill('olga');
    await page.getByLabel(t.displayName).fill('Olga Owner');
    expect(await axe(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: t.addUser }).click();
    await page.getByLabel(en.account.newPassword).fill(kPassword);
    await page.getByRole('button', { name: t.setPassword, exact: true }).click();
    await page.getByRole('heading', { name: en.account.signIn }).waitFor();
    expect(page.url()).toBe(`${visit.stage.url}/settings`);
    await signIn(page, 'olga');
    await page.getByRole('table', { name: t.tabs.users }).getByText('Olga Owner').waitFor();
  });

  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
    'the page to sign in with is clean, and says what is wrong: $lang',
    async (look) => {
      if (visit.stage.kind === 'mock') return;
      const t = look.lang === 'ru' ? ru.account : en.account;
      const page = await visit.page('/catalog', look);
      await page.getByRole('heading', { name: t.signIn }).waitFor();
      expect(await axe(page)).toEqual([]);
      await signIn(page, 'olga', 'not the password');
      await page.getByText(t.wrong).waitFor();
      expect(await axe(page)).toEqual([]);
      await page.context().close();
    },
  );

  test('an owner adds a member of one team', async (context) => {
    if (visit.stage.kind === 'mock') return context.skip();
    const t = en.settings;
    const settings = await signedIn('/settings', 'olga');
    const [team] = (await teamsOf(settings)).slice(-1);
    await settings.getByRole('button', { name: t.addUser }).click();
    await settings.getByLabel(t.loginName).fill('max');
    await settings.getByLabel(team!, { exact: true }).check();
    await settings.getByRole('dialog').getByRole('button', { name: t.addUser }).click();
    await settings.getByRole('button', { name: t.makePassword }).click();
    const made = (await settings.locator('code.made').textContent()) ?? '';
    expect(made).toMatch(/^[a-z0-9]{5}(-[a-z0-9]{5}){3}$/);
    await settings.getByRole('button', { name: t.done }).click();
    const row = settings.getByRole('row', { name: /max/ });
    await row.getByText(team!).waitFor();
    expect(await axe(settings)).toEqual([]);
    expect(visit.stage.command(['user', 'password', 'max'], `${kPassword}\n`).status).toBe(0);
  });

  test.each<Look>([{ lang: 'en' }, { lang: 'ru' }])('a member sees one team: $lang', async (look) => {
    if (visit.stage.kind === 'mock') return;
    const t = look.lang === 'ru' ? ru : en;
    const owner = await signedIn('/', 'olga', look);
    const all = await teamsOf(owner);
    expect(all.length).toBeGreaterThan(1);
    await owner.getByRole('link', { name: t.nav.settings }).waitFor();
    const page = await signedIn('/?period=last_12_months', 'max', look);
    const own = await teamsOf(page);
    expect(own).toEqual(all.slice(-1));
    expect(await page.getByRole('link', { name: t.nav.settings }).count()).toBe(0);
    expect(await page.getByRole('link', { name: t.nav.sources }).count()).toBe(0);
    await page.goto(`${visit.stage.url}/catalog/won_amount?by=team&view=table&period=all`);
    await settled(page);
    const text = await page.locator('main').innerText();
    // A team that is called like a department is named by the definition, which everybody reads.
    const departments = Object.values(t.codes.departments);
    const others = all.slice(0, -1).filter((name) => !departments.includes(name));
    for (const other of others) expect(text).not.toContain(other);
    await page.goto(`${visit.stage.url}/settings`);
    await page.getByText(t.account.notAllowed).waitFor();
    expect(await axe(page)).toEqual([]);
    await owner.context().close();
    await page.context().close();
  });

  test('what ends in the middle of work goes on at the same address', async (context) => {
    if (visit.stage.kind === 'mock') return context.skip();
    const page = await signedIn('/catalog', 'max');
    visit.stage.command(['user', 'disable', 'max']);
    visit.stage.command(['user', 'enable', 'max']);
    await page.getByRole('link', { name: en.nav.pulse }).click();
    await page.getByRole('heading', { name: en.account.signIn }).waitFor();
    const address = page.url();
    await signIn(page, 'max');
    await page.getByRole('navigation').first().waitFor();
    expect(page.url()).toBe(address);
    await page.context().close();
  });

  test('one looks after the own account', async (context) => {
    if (visit.stage.kind === 'mock') return context.skip();
    const t = en.account;
    const page = await signedIn('/', 'olga');
    await page.getByRole('button', { name: /Olga Owner/ }).click();
    await page.getByText(t.thisOne).waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByLabel(t.presentPassword).fill('wrong');
    await page.getByLabel(t.newPassword).fill('five other words in a row');
    await page.getByRole('button', { name: t.changePassword }).click();
    await page.getByText(t.presentWrong).waitFor();
    await page.getByLabel(t.presentPassword).fill(kPassword);
    await page.getByLabel(t.newPassword).fill('five other words in a row');
    await page.getByRole('button', { name: t.changePassword }).click();
    await page.getByText(t.passwordChanged).waitFor();
    await page.getByRole('button', { name: t.signOut }).click();
    await page.getByRole('heading', { name: t.signIn }).waitFor();
    await signIn(page, 'olga', 'five other words in a row');
    await page.getByRole('navigation').first().waitFor();
    await page.goto(`${visit.stage.url}/settings?tab=audit`);
    await page.getByText(en.settings.events.password).first().waitFor();
    await settled(page);
    expect(await axe(page)).toEqual([]);
    await page.context().close();
  });
});
