import { copyFileSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { records, text } from '../src/api/table';
import type { Problem, Result } from '../src/api/types';
import { recordPath, type RecordKind } from '../src/customers/record';
import { en } from '../src/i18n/en';
import { ru } from '../src/i18n/ru';
import { proposedAnswers, readSetup } from '../src/setup/setup';

import { axe, type Look, settled, Visit } from './visitor';

// One sitting with a small company: an owner sets it up, moves people, looks a customer up and passes Pulse on; then a
// member of one team does what he may, and sees nothing of the other team, wherever he looks.
const kPassword = 'four words in a row';
// Two teams of sellers, 45 people, some 200 deals; one export, as on the first day.
const kCompany = ['--accounts', '240', '--months', '10', '--exports', '1'];
const kLooks: Look[] = [{ lang: 'en' }, { lang: 'ru', theme: 'dark' }];
const kRecords: Record<RecordKind, string> = {
  account: 'customers',
  person: 'customers.people',
  deal: 'customers.deals',
};
const kKinds = Object.keys(kRecords) as RecordKind[];

let visit: Visit;
/** The member's team, and the one that is none of his business. */
let own: Team;
let other: Team;

interface Team {
  id: string;
  name: string;
}
interface Row {
  [column: string]: string;
}

const wordsOf = (look: Look): typeof en => (look.lang === 'ru' ? ru : en);

/** What the server answers the person who has signed in on this page. */
async function ask(page: Page, path: string): Promise<{ status: number; result: Result }> {
  return page.evaluate(async (address) => {
    const answer = await fetch(`/api/v1/${address}`);
    return { status: answer.status, result: (await answer.json()) as never };
  }, path);
}

async function act(page: Page, id: string, params: unknown): Promise<{ status: number; problem: Problem }> {
  return page.evaluate(
    async ([action, body]) => {
      const { csrf } = (await (await fetch('/api/v1/session')).json()) as { csrf: string };
      const answer = await fetch(`/api/v1/${action}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
        body: JSON.stringify({ params: body }),
      });
      return { status: answer.status, problem: (await answer.json()) as never };
    },
    [id, params] as const,
  );
}

async function rowsOf(page: Page, path: string, table: string): Promise<Row[]> {
  const { status, result } = await ask(page, path);
  expect(status, path).toBe(200);
  return records(result.tables[table]).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, text(cell)])),
  );
}

const dealsOf = (page: Page): Promise<Row[]> => rowsOf(page, 'customers.deals?limit=1000', 'deals');
const accountsOf = (page: Page): Promise<Row[]> => rowsOf(page, 'customers?limit=1000', 'accounts');
const peopleOf = (page: Page, at = ''): Promise<Row[]> =>
  rowsOf(page, `people?state=active${at && `&as_of=${at}`}`, 'people');
const idsOf = (rows: Row[], column: string): string[] => rows.map((row) => row[column]!).sort();
async function settingsOf(page: Page): Promise<Record<string, string>> {
  const rows = await rowsOf(page, 'settings', 'settings');
  return Object.fromEntries(rows.map((row) => [row['name']!, row['value']!]));
}

async function signedIn(path: string, user: string, look: Look): Promise<Page> {
  const t = wordsOf(look).account;
  const page = await visit.page(path, look);
  await page.getByLabel(t.user).fill(user);
  await page.getByLabel(t.password, { exact: true }).fill(kPassword);
  await page.getByRole('button', { name: t.signIn }).click();
  await page.getByRole('navigation').first().waitFor();
  await settled(page);
  return page;
}

/** Goes on by the side bar, as people do, and finds nothing wrong there. */
async function follow(page: Page, look: Look, name: keyof typeof en.nav): Promise<void> {
  const title = wordsOf(look).nav[name];
  await page.getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  expect(await axe(page), name).toEqual([]);
}

async function searchFor(page: Page, look: Look, words: string): Promise<void> {
  await page.keyboard.press('/');
  await page.getByRole('combobox', { name: wordsOf(look).app.search }).fill(words);
}

const five = (page: Page, look: Look): Promise<string[]> =>
  page
    .getByRole('region', { name: wordsOf(look).pulse.headline })
    .getByRole('article')
    .allInnerTexts();

/** Saves Pulse, opens the file without a server, and gives what it holds. */
async function report(page: Page, look: Look): Promise<{ content: string; numbers: string[] }> {
  const t = wordsOf(look);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: t.report.save }).click();
  const path = await (await saved).path();
  // A download has no ending, and without it a browser shows the text.
  copyFileSync(path, `${path}.html`);
  const asked: string[] = [];
  const opened = await visit.open(pathToFileURL(`${path}.html`).href, look, asked);
  await settled(opened);
  expect(await axe(opened)).toEqual([]);
  const numbers = await five(opened, look);
  expect(asked.filter((address) => !/^(file|data|blob):/.test(address))).toEqual([]);
  await opened.context().close();
  return { content: readFileSync(path, 'utf8'), numbers };
}

beforeAll(async () => {
  visit = await Visit.begin({ company: kCompany });
  if (visit.stage.kind === 'mock') return;
  const page = await visit.page('/');
  const deals = await dealsOf(page);
  const teams = await rowsOf(page, 'filters', 'teams');
  const counted = teams
    .map(({ id = '', name = '' }) => ({
      id,
      name,
      deals: deals.filter((deal) => deal['team'] === name).length,
    }))
    .sort((a, b) => b.deals - a.deals);
  [other, own] = [counted[0]!, counted[1]!];
  expect(counted[1]!.deals).toBeGreaterThan(10);
  const seller = (await peopleOf(page)).find(
    (row) => row['team_id'] === own.id && row['function'] === 'seller' && row['email'],
  )!;
  for (const user of [
    ['olga', '--role', 'owner'],
    ['max', '--role', 'member', '--email', seller['email']!],
  ]) {
    for (const command of [
      ['user', 'add', ...user],
      ['user', 'password', user[0]!],
    ]) {
      const done = visit.stage.command(command, `${kPassword}\n`);
      expect(done.status, done.stderr).toBe(0);
    }
  }
  await page.context().close();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

describe.each<Look>(kLooks)('an owner sets the company up: $lang', (look) => {
  let page: Page;
  const t = wordsOf(look);
  beforeAll(async () => {
    if (visit.stage.kind === 'weir') page = await signedIn('/', 'olga', look);
  });

  test('takes proposals over and one back', async (context) => {
    if (visit.stage.kind === 'mock') return context.skip();
    const before = await settingsOf(page);
    await follow(page, look, 'setup');
    const { questions } = readSetup((await ask(page, 'setup')).result);
    const [first, ...rest] = questions.filter(
      (one) => one.state === 'proposed' && one.setting !== 'currency',
    );
    expect(proposedAnswers(questions).length).toBeGreaterThan(3);
    const title = first!.title[look.lang!];
    await page.getByRole('button', { name: t.setup.acceptOf(title), exact: true }).click();
    await page.getByRole('button', { name: t.setup.undoOf(title), exact: true }).waitFor();
    expect(await settingsOf(page)).toMatchObject({ [first!.setting]: first!.proposal });
    const all = page.getByRole('button', { name: t.setup.acceptAll(proposedAnswers(questions).length - 1) });
    await all.click();
    await page.getByRole('button', { name: t.setup.undoAll }).waitFor();
    const taken = await settingsOf(page);
    expect(taken).toMatchObject(Object.fromEntries(rest.map((one) => [one.setting, one.proposal])));
    expect(await axe(page)).toEqual([]);
    await page.getByRole('button', { name: t.setup.undoOf(title), exact: true }).click();
    await page.getByRole('button', { name: t.setup.acceptOf(title), exact: true }).waitFor();
    expect(await settingsOf(page)).toEqual({ ...taken, [first!.setting]: before[first!.setting] });
    await page.getByRole('button', { name: t.setup.undoAll }).click();
    await all.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: t.setup.acceptAll(proposedAnswers(questions).length) }).waitFor();
    expect(await settingsOf(page)).toEqual(before);
  });

  test.each([
    ['department', 'marketing'],
    ['team', ''],
  ] as const)('moves people to another %s from a day on, and back', async (field, value) => {
    if (visit.stage.kind === 'mock') return;
    const [day, eve] = ['2026-10-12', '2026-10-11'];
    await follow(page, look, 'settings');
    await page.getByRole('button', { name: t.settings.tabs.people, exact: true }).click();
    await settled(page);
    const [now, then] = [await peopleOf(page), await peopleOf(page, eve)];
    const moved = now
      .filter((row) => row['team_id'] === other.id && row['function'] === 'seller')
      .slice(0, 2);
    expect(moved).toHaveLength(2);
    for (const row of moved) await page.getByLabel(t.people.choose(row['name']!), { exact: true }).check();
    await page.getByLabel(t.people.set, { exact: true }).selectOption(field);
    await page.getByLabel(t.people.to, { exact: true }).fill(value || own.name);
    await page.getByLabel(t.people.from, { exact: true }).fill(day);
    expect(await axe(page)).toEqual([]);
    await page.getByRole('button', { name: t.people.apply }).click();
    await page.getByText(t.people.changed(2)).waitFor();
    await settled(page);
    const ids = new Set(idsOf(moved, 'member_id'));
    const changed = (await peopleOf(page)).filter((row) => ids.has(row['member_id']!));
    expect(changed.map((row) => row[field])).toEqual([value || own.name, value || own.name]);
    const eveAfter = await peopleOf(page, eve);
    expect(eveAfter.map((row) => [row['member_id'], row[field]])).toEqual(
      then.map((row) => [row['member_id'], row[field]]),
    );
    await page.getByRole('button', { name: t.people.undo, exact: true }).click();
    await page.getByText(t.people.undone).waitFor();
    expect(await peopleOf(page)).toEqual(now);
  });

  test('finds a customer and reads its page, then passes Pulse on', async (context) => {
    if (visit.stage.kind === 'mock') return context.skip();
    const deal = (await dealsOf(page)).find((row) => row['team'] === other.name && row['account'])!;
    await searchFor(page, look, deal['account']!);
    const option = page.getByRole('option', { name: t.customers.found['account']! });
    await option.filter({ hasText: deal['account']! }).first().click();
    await page.getByRole('heading', { level: 1, name: deal['account']!, exact: true }).waitFor();
    await page.getByRole('region', { name: t.customers.timeline }).waitFor();
    expect(await axe(page)).toEqual([]);
    await follow(page, look, 'pulse');
    const kept = await report(page, look);
    expect(kept.numbers).toEqual(await five(page, look));
    expect(kept.content).toContain(other.name);
    await page.context().close();
  });
});

describe.each<Look>(kLooks)('a member sees one team: $lang', (look) => {
  let owner: Page;
  let page: Page;
  const t = wordsOf(look);
  beforeAll(async () => {
    if (visit.stage.kind === 'mock') return;
    owner = await signedIn(`/?period=last_12_months&team=${encodeURIComponent(own.id)}`, 'olga', look);
    page = await signedIn('/?period=last_12_months', 'max', look);
  });

  test('in numbers and in the report', async (context) => {
    if (visit.stage.kind === 'mock') return context.skip();
    // Leads belong to a team below, which the owner's filter takes in and a member does not see.
    const [seen, theirs] = [await five(page, look), await five(owner, look)];
    expect(seen.slice(0, 4)).toEqual(theirs.slice(0, 4));
    expect(seen.join()).toMatch(/[1-9]/);
    expect(await axe(page)).toEqual([]);
    const kept = await report(page, look);
    expect(kept.numbers).toEqual(await five(page, look));
    for (const told of [other.name, other.id]) expect(kept.content).not.toContain(told);
    const asked = 'metrics?metrics=won_amount,deals_won,pipeline_amount';
    const numbers = await rowsOf(page, asked, 'metrics');
    expect(numbers).toEqual(await rowsOf(owner, `${asked}&team=${encodeURIComponent(own.id)}`, 'metrics'));
    const teams = await rowsOf(page, `${asked}&by=team`, 'metrics');
    expect(teams.map((row) => row['team'])).not.toContain(other.name);
  });

  test('in lists and in the search', async (context) => {
    if (visit.stage.kind === 'mock') return context.skip();
    const theirs = await dealsOf(owner);
    const seen = await dealsOf(page);
    expect(idsOf(seen, 'deal_id')).toEqual(
      idsOf(
        theirs.filter((row) => row['team'] === own.name),
        'deal_id',
      ),
    );
    await page.goto(`${visit.stage.url}/customers/deals`);
    await settled(page);
    expect(await axe(page)).toEqual([]);
    const shown = await page.locator('main tbody').innerText();
    expect(shown).toContain(seen[0]!['name']!);
    expect(shown).not.toContain(other.name);
    const accounts = new Set(idsOf(await accountsOf(page), 'account_id'));
    const hidden = (await accountsOf(owner)).filter((row) => !accounts.has(row['account_id']!));
    expect(hidden.length).toBeGreaterThan(10);
    for (const account of hidden.slice(0, 5)) {
      const found = await rowsOf(
        page,
        `customers.search?text=${encodeURIComponent(account['name']!)}`,
        'found',
      );
      const foreign = found.filter(
        (row) => row['account'] === account['name'] || row['id'] === account['account_id'],
      );
      expect(foreign).toEqual([]);
    }
    await searchFor(page, look, hidden[0]!['name']!);
    await page.getByText(t.search.none(hidden[0]!['name']!)).waitFor();
    expect(await axe(page)).toEqual([]);
  });

  test('on record pages, by address and by HTTP', async (context) => {
    if (visit.stage.kind === 'mock') return context.skip();
    for (const kind of kKinds) {
      const key = `${kind}_id`;
      const [list, table] = [
        kRecords[kind],
        kind === 'account' ? 'accounts' : kind === 'person' ? 'people' : 'deals',
      ];
      const seen = new Set(idsOf(await rowsOf(page, `${list}?limit=5000`, table), key));
      const all = await rowsOf(owner, `${list}?limit=5000`, table);
      const foreign = all.find((row) => !seen.has(row[key]!))!;
      const mine = all.find((row) => seen.has(row[key]!))!;
      await page.goto(visit.stage.url + recordPath(kind, mine[key]!));
      await page.getByRole('region', { name: t.customers.timeline }).waitFor();
      expect(await axe(page)).toEqual([]);
      await page.goto(visit.stage.url + recordPath(kind, foreign[key]!));
      await page.getByRole('alert').getByText(t.state.codes['not_found']!).waitFor();
      if (kind === 'account') expect(await axe(page)).toEqual([]);
      const id = encodeURIComponent(foreign[key]!);
      expect((await ask(page, `customers.${kind}?id=${id}`)).status).toBe(404);
      expect((await ask(owner, `customers.${kind}?id=${id}`)).status).toBe(200);
      const lineage = await ask(page, `lineage?entity=${kind}&id=${id}`);
      expect(JSON.stringify(lineage.result)).not.toContain('"file"');
    }
  });

  test('and is neither offered nor granted what is not his', async (context) => {
    if (visit.stage.kind === 'mock') return context.skip();
    for (const name of ['settings', 'setup', 'sources'] as const) {
      expect(await page.getByRole('link', { name: t.nav[name], exact: true }).count()).toBe(0);
      await page.goto(`${visit.stage.url}/${name}`);
      await page.getByText(t.account.notAllowed).waitFor();
      expect(await axe(page)).toEqual([]);
    }
    const someone = (await peopleOf(owner)).find((row) => row['team_id'] === other.id)!;
    for (const [action, params] of [
      ['settings.set', { name: 'currency', value: 'USD' }],
      ['setup.accept', { answers: ['currency=USD'] }],
      ['people.set', { members: [someone['member_id']], function: 'finance' }],
      ['decisions.undo', { decision_id: 1 }],
    ] as const) {
      expect((await act(page, action, params)).status, action).toBe(403);
    }
    for (const path of ['user.list', 'audit', 'sql?query=SELECT%201', 'setup']) {
      expect((await ask(page, path)).status, path).toBe(403);
    }
    expect(idsOf(await peopleOf(page), 'member_id')).not.toContain(someone['member_id']);
    await page.context().close();
    await owner.context().close();
  });
});
