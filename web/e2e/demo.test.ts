import { afterAll, beforeAll, expect, test } from 'vitest';
import { axe, settled, Visit, type Look } from './visitor';

let visit: Visit;
beforeAll(async () => {
  visit = await Visit.begin();
});
afterAll(async () => {
  await visit.end();
  expect(visit.complaints).toEqual([]);
});

const kWords = {
  en: { remove: 'Remove the demo data', confirm: 'Remove', close: 'Close', gone: 'The demo data is gone' },
  ru: { remove: 'Убрать демонстрационные данные', confirm: 'Убрать', close: 'Закрыть', gone: '' },
};

// The second one takes the company away.
test.each<Look & { lang: 'en' | 'ru' }>([{ lang: 'ru', theme: 'dark', width: 390 }, { lang: 'en' }])(
  'an invented company is called so and can be taken out: $lang',
  async (look) => {
    if (visit.stage.kind === 'mock') return;
    const t = kWords[look.lang];
    const page = await visit.page('/', look);
    await settled(page);
    await page.getByRole('button', { name: t.remove }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Salesforce').waitFor();
    expect(await axe(page)).toEqual([]);
    if (t.gone) {
      await dialog.getByRole('button', { name: t.confirm, exact: true }).click();
      await page.getByText(t.gone).waitFor();
      await page.getByRole('button', { name: t.remove }).waitFor({ state: 'detached' });
    } else {
      await dialog.getByRole('button', { name: t.close }).last().click();
      await dialog.waitFor({ state: 'detached' });
    }
    await page.context().close();
  },
);
