import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { ru } from '../src/i18n/ru';

import { axe, type Look, settled, Visit } from './visitor';

// A month is sealed, the definition changed by agreement, and the sealed month shows by how much and why.
let visit: Visit;

beforeAll(async () => {
  visit = await Visit.begin({ company: ['--accounts', '60', '--months', '12'] });
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

describe('governed numbers', () => {
  test.each<Look & { metric: string }>([
    { lang: 'en', metric: 'won_amount' },
    { lang: 'ru', theme: 'dark', width: 390, metric: 'deals_won' },
  ])('a month is sealed, a definition is agreed on, the adjustment is told: $lang', async (look) => {
    if (visit.stage.kind === 'mock') return;
    const words = (look.lang === 'ru' ? ru : en).metrics.govern;
    const page = await visit.page(`/catalog/${look.metric}?grain=month&period=all`, look);
    await settled(page);
    const card = page.getByRole('region', { name: words.title });
    await card.getByText(words.noSeals).waitFor();

    const form = card.getByRole('form', { name: words.sealForm });
    await form.getByLabel(words.sealNote).fill('Board');
    await form.getByRole('button', { name: words.seal, exact: true }).click();
    await card.getByText(words.unmoved).waitFor();

    await card.getByRole('button', { name: words.propose }).click();
    const dialog = page.getByRole('dialog');
    const text = dialog.getByLabel(words.definition);
    const draft = await text.inputValue();
    expect(draft).toContain(`[metric.${look.metric}]`);
    expect(draft).toMatch(/^version\s*= 2$/m);
    await dialog.getByLabel(words.why, { exact: true }).fill('Only what was given back');
    await text.fill(draft.replace("status = 'won'", "status = 'won' and amont > 1"));
    await dialog.getByRole('button', { name: words.proposeNow, exact: true }).click();
    await dialog
      .getByText(/proposal/)
      .first()
      .waitFor();
    expect(await axe(page)).toEqual([]);
    await text.fill(draft.replace("status = 'won'", "status = 'won' and amount < 0"));
    await dialog.getByRole('button', { name: words.proposeNow, exact: true }).click();

    const waiting = card.getByRole('region', { name: words.waiting });
    await waiting.getByRole('table', { name: words.effect }).waitFor();
    expect(await axe(page)).toEqual([]);
    await waiting.getByRole('button', { name: new RegExp(words.approveFor('').trim()) }).click();
    await card.getByText(words.version(2), { exact: true }).waitFor();
    await waiting.waitFor({ state: 'detached' });

    const seals = card.getByRole('region', { name: words.seals });
    await seals.getByRole('button', { expanded: false }).click();
    await seals.getByText(look.lang === 'ru' ? 'Зафиксировано' : 'Sealed', { exact: true }).waitFor();
    await settled(page);
    expect(await axe(page)).toEqual([]);
    await page.context().close();
  });
});
