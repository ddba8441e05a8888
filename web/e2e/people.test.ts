import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { ru } from '../src/i18n/ru';

import { axe, type Look, settled, Visit } from './visitor';

// Settings, People: many are changed at once and back, a list is pasted, and who may not edit cannot.
const kPassword = 'four words in a row';
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

interface Row {
  id: string;
  email: string;
  team: string;
  department: string;
  function: string;
  origin: string;
}

/** The first table of the analysis, as the server has it now. */
const peopleOf = (page: Page): Promise<Row[]> =>
  page.evaluate(async () => {
    const answer = await fetch('/api/v1/people?state=active');
    const { tables } = (await answer.json()) as {
      tables: { people: { columns: { name: string }[]; rows: string[][] } };
    };
    const at = (name: string) => tables.people.columns.findIndex((column) => column.name === name);
    return tables.people.rows.map((row) => ({
      id: row[at('member_id')]!,
      email: row[at('email')]!,
      team: row[at('team_id')]!,
      department: row[at('department')]!,
      function: row[at('function')]!,
      origin: row[at('department_origin')]!,
    }));
  });

/** The page as it is before anything is done; nothing where the mock stands in. */
async function openPeople(look: Look) {
  if (visit.stage.kind === 'mock') return undefined;
  const words = look.lang === 'ru' ? ru : en;
  const page = await visit.page('/settings?tab=people', look);
  await settled(page);
  return { words, t: words.people, page, before: await peopleOf(page) };
}

describe('people', () => {
  test.each<Look>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
    'an owner changes many at once, and back: $lang',
    async (look) => {
      const opened = await openPeople(look);
      if (!opened) return;
      const { t, page, before } = opened;
      expect(before.length).toBeGreaterThan(10);
      // Every guess says why.
      await page
        .getByText(look.lang === 'ru' ? /должность «/ : /title “/)
        .first()
        .waitFor();
      await page.getByText(t.notSeller).first().waitFor();
      expect(await axe(page)).toEqual([]);
      await page.getByLabel(t.fields.department, { exact: true }).first().selectOption('finance');
      await page.getByLabel(t.chooseAll).check();
      const finance = before.filter((row) => row.department === 'finance').length;
      await page.getByText(t.chosen(finance), { exact: true }).waitFor();
      await page.getByLabel(t.set, { exact: true }).selectOption('function');
      await page.getByLabel(t.to, { exact: true }).selectOption('sales_operations');
      expect(await axe(page)).toEqual([]);
      await page.getByRole('button', { name: t.apply }).click();
      await page.getByText(t.changed(finance)).waitFor();
      await settled(page);
      const changed = await peopleOf(page);
      expect(changed.filter((row) => row.department === 'finance').map((row) => row.function)).toEqual(
        Array(finance).fill('sales_operations'),
      );
      await page.getByRole('button', { name: t.undo, exact: true }).click();
      await page.getByText(t.undone).waitFor();
      expect(await peopleOf(page)).toEqual(before);
      await page.context().close();
    },
  );

  test.each<Look>([{ lang: 'en' }, { lang: 'ru' }])(
    'a pasted list is shown before it is taken over: $lang',
    async (look) => {
      const opened = await openPeople(look);
      if (!opened) return;
      const { t, page, before } = opened;
      const one = before.find((row) => row.email && row.function === 'seller')!;
      const header = look.lang === 'ru' ? 'почта;отдел;функция' : 'email;department;function';
      await page.getByRole('button', { name: t.paste }).click();
      const dialog = page.getByRole('dialog');
      await dialog
        .getByLabel(t.pasteLabel, { exact: true })
        .fill(`${header}\n${one.email};Bakery;marketing\nnobody@x.example;Bakery;marketing\n`);
      await dialog.getByRole('button', { name: t.look }).click();
      const refused = dialog.getByRole('group', { name: t.refused(1) });
      await refused.getByText(t.atLine(3)).waitFor();
      expect(await refused.innerText()).toContain('nobody@x.example');
      expect(await dialog.getByRole('table', { name: t.wouldChange }).innerText()).toContain('Bakery');
      await dialog.getByRole('button', { name: t.takeRest(2, 1) }).waitFor();
      expect(await axe(page)).toEqual([]);
      expect(await peopleOf(page)).toEqual(before);
      await dialog
        .getByLabel(t.pasteLabel, { exact: true })
        .fill(`${header}\n${one.email};Bakery;marketing\n`);
      expect(await dialog.getByRole('button', { name: t.takeRest(2, 1) }).count()).toBe(0);
      await dialog.getByRole('button', { name: t.look }).click();
      await dialog.getByRole('button', { name: t.takeOver(2) }).click();
      await page.getByText(t.changed(2)).waitFor();
      await settled(page);
      const now = (await peopleOf(page)).find((row) => row.id === one.id)!;
      expect(now).toMatchObject({ department: 'Bakery', function: 'marketing', origin: 'decision' });
      await page.getByRole('button', { name: t.undo, exact: true }).click();
      await page.getByText(t.undone).waitFor();
      expect(await peopleOf(page)).toEqual(before);
      await page.context().close();
    },
  );

  test('a member may not edit, and sees the team of the member with the same address', async (context) => {
    if (visit.stage.kind === 'mock') return context.skip();
    const page = await visit.page('/settings?tab=people');
    await settled(page);
    const everybody = await peopleOf(page);
    const seller = everybody.find((row) => row.email && row.function === 'seller')!;
    const stage = visit.stage;
    expect(stage.command(['user', 'add', 'olga', '--role', 'owner'], `${kPassword}\n`).status).toBe(0);
    expect(stage.command(['user', 'password', 'olga'], `${kPassword}\n`).status).toBe(0);
    const added = stage.command(
      ['user', 'add', 'max', '--role', 'member', '--email', seller.email],
      `${kPassword}\n`,
    );
    expect(added.stderr + added.stdout).not.toContain('bad_usage');
    expect(stage.command(['user', 'password', 'max'], `${kPassword}\n`).status).toBe(0);
    await page.context().close();
    const own = await visit.page('/');
    await own.getByLabel(en.account.user).fill('max');
    await own.getByLabel(en.account.password, { exact: true }).fill(kPassword);
    await own.getByRole('button', { name: en.account.signIn }).click();
    await own.getByRole('navigation').first().waitFor();
    const colleagues = await peopleOf(own);
    expect(colleagues.map((row) => row.id)).toContain(seller.id);
    expect(colleagues.length).toBeLessThan(everybody.length);
    const refused = await own.evaluate(async (member) => {
      const { csrf } = (await (await fetch('/api/v1/session')).json()) as { csrf: string };
      const answer = await fetch('/api/v1/people.set', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
        body: JSON.stringify({ params: { members: [member], function: 'finance' } }),
      });
      return answer.status;
    }, seller.id);
    expect(refused).toBe(403);
    expect(await own.getByRole('link', { name: en.nav.settings }).count()).toBe(0);
    await own.goto(`${stage.url}/settings?tab=people`);
    await own.getByText(en.account.notAllowed).waitFor();
    await own.context().close();
  });
});
