import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { kDelivery } from '../src/i18n/delivery';
import { en } from '../src/i18n/en';
import { ru } from '../src/i18n/ru';
import { kSurvey } from '../src/i18n/survey';

import { axe, type Look, settled, Visit } from './visitor';

// From the verdict to the rows; the survey from its link to its answer; what is sent, to a receiver of this machine.
const kLooks: Look[] = [{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }];
let visit: Visit;
let receiver: Server;
const received: string[] = [];

beforeAll(async () => {
  visit = await Visit.begin();
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      received.push(body);
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  if (!visit.stage.folder) return;
  const home = join(dirname(dirname(visit.stage.folder)), 'home');
  const { port } = receiver.address() as AddressInfo;
  writeFileSync(join(home, 'chat.secret'), 'a-secret-of-the-test', { mode: 0o600 });
  appendFileSync(
    join(home, 'weir.toml'),
    `\n[webhook.chat]\nform = "json"\naddress = "http://127.0.0.1:${port}/hook"\nsecret_file = "chat.secret"\n`,
  );
});
afterAll(async () => {
  receiver.close();
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

const textsOf = (look: Look): typeof en => (look.lang === 'ru' ? ru : en);

describe('the diagnosis', () => {
  test.each<Look>(kLooks)('leads from the verdict to rows: $lang', async (look) => {
    if (visit.stage.kind === 'mock') return;
    const all = textsOf(look);
    const t = all.diagnosis;
    const words = kSurvey[look.lang ?? 'en'];
    const page = await visit.page('/diagnosis', look);
    await page.getByText(t.question).waitFor();
    await settled(page);
    expect(await axe(page)).toEqual([]);

    await page.getByRole('button', { name: t.tabs.evidence, exact: true }).click();
    await page.waitForURL(/\/diagnosis\/evidence/);
    const rows = page.getByRole('button', { name: t.rows });
    await rows.first().waitFor();
    await settled(page);
    expect(await axe(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThan(1);
    await rows.first().click();
    await page.getByRole('dialog').getByRole('table', { name: all.explain.rows }).waitFor();
    await page.keyboard.press('Escape');

    // A line that rests on another analysis opens it as it was asked; a dot in its path would be that of a file.
    const answers = page.locator('a[href*="/analyses/"]');
    expect(
      await answers.evaluateAll((links) =>
        links.map((one) => (one as HTMLAnchorElement).pathname).filter((path) => path.includes('.')),
      ),
    ).toEqual([]);
    await page.locator('a[href*="/analyses/metrics"]').first().click();
    await page.waitForURL(/\/analyses\/metrics\?.*metrics=/);
    await page.getByRole('table').first().waitFor();

    await page.goto(`${visit.stage.url}/diagnosis/weakest`);
    await page
      .getByRole('button', { name: Object.values(words.weakest.rows)[0]! })
      .or(page.getByRole('button', { name: words.weakest.rows['wait']! }))
      .or(page.getByRole('button', { name: words.weakest.rows['capacity']! }))
      .or(page.getByRole('button', { name: words.weakest.rows['retention']! }))
      .click();
    await page.getByRole('dialog').getByRole('table', { name: all.explain.rows }).waitFor();
    await page.context().close();
  });
});

describe('the survey', () => {
  test.each<Look>(kLooks)('is answered by a link without an account: $lang', async (look) => {
    if (visit.stage.kind === 'mock') return;
    const t = kSurvey[look.lang ?? 'en'].survey;
    const department = `Team ${look.lang}`;
    const page = await visit.page('/diagnosis/survey', look);
    await page.getByLabel(t.department).first().fill(department);
    await page.getByRole('button', { name: t.make }).click();
    const address = await page.locator('.made code').textContent();
    await settled(page);
    expect(await axe(page)).toEqual([]);

    const answered = await visit.open(address!, look);
    await answered.getByText(t.lead(department)).waitFor();
    expect(await axe(answered)).toEqual([]);
    expect(await answered.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThan(1);
    await answered.getByRole('button', { name: t.send }).click();
    await answered.getByText(t.nothing).waitFor();
    await answered.locator('form input').first().check();
    await answered.getByRole('button', { name: t.send }).click();
    await answered.getByText(t.thanks).waitFor();
    await answered.reload();
    await answered.getByText(t.already).waitFor();
    await answered.context().close();

    const line = page.getByRole('listitem').filter({ hasText: department });
    await page.reload();
    await line.getByText(t.answers(1, 200).split(' ')[0]!).first().waitFor();
    await line.getByRole('button', { name: t.revoke }).click();
    await line.getByText(t.states['revoked']!).waitFor();
    const refused = await visit.open(address!, look);
    await refused.getByText(t.refused).waitFor();
    await refused.context().close();
    await page.context().close();
  });
});

describe('delivery', () => {
  test.each<Look>(kLooks)('is tested, subscribed to and ended under Settings: $lang', async (look) => {
    if (visit.stage.kind === 'mock') return;
    const t = kDelivery[look.lang ?? 'en'].delivery;
    const page = await visit.page('/settings?tab=delivery', look);
    const before = received.length;
    await page.getByRole('button', { name: t.testOf('chat') }).click();
    await expect.poll(() => received.length).toBeGreaterThan(before);
    await expect.poll(() => page.getByText(t.states['sent']!, { exact: true }).count()).toBeGreaterThan(0);
    await settled(page);
    expect(await axe(page)).toEqual([]);

    await page.getByRole('button', { name: t.subscribe }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel(t.kind).selectOption('weekly');
    expect(await axe(page)).toEqual([]);
    await form.getByRole('button', { name: t.subscribe }).click();
    await form.waitFor({ state: 'detached' });
    const name = t.kinds['weekly']!;
    await page.getByRole('button', { name: t.editOf(name) }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThan(1);
    await page.getByRole('button', { name: t.removeOf(name) }).click();
    await page.getByText(t.none).waitFor();
    await page.context().close();
  });
});
