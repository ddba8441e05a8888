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
  en: {
    menu: 'Views',
    save: 'Save this view',
    name: 'Name',
    keep: 'Save',
    change: 'Change',
    remove: 'Remove',
  },
  ru: {
    menu: 'Виды',
    save: 'Сохранить этот вид',
    name: 'Название',
    keep: 'Сохранить',
    change: 'Изменить',
    remove: 'Удалить',
  },
};

test.each<Look & { lang: 'en' | 'ru' }>([{ lang: 'en' }, { lang: 'ru', theme: 'dark', width: 390 }])(
  'a page is kept with its filters, opened again, changed and removed: $lang',
  async (look) => {
    if (visit.stage.kind === 'mock') return;
    const t = kWords[look.lang];
    const name = `Last year ${look.lang}`;
    const page = await visit.page('/catalog/won_amount?period=last_year&grain=month', look);
    await settled(page);
    const menu = page.getByRole('button', { name: new RegExp(`^${t.menu}`) });
    await menu.click();
    expect(await axe(page)).toEqual([]);
    await page.getByRole('button', { name: t.save }).click();
    await page.getByLabel(t.name, { exact: true }).fill(name);
    expect(await axe(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: t.keep, exact: true }).click();
    // The menu now says where one is.
    await page.getByRole('button', { name: `${t.menu} ${name}` }).waitFor();
    await page.goto(`${visit.stage.url}/catalog`);
    await settled(page);
    await menu.click();
    await page.getByRole('link', { name }).click();
    await page.waitForURL(/won_amount\?.*period=last_year/);
    await page.getByRole('button', { name: `${t.menu} ${name}` }).click();
    expect(await axe(page)).toEqual([]);
    await page.getByRole('button', { name: new RegExp(`^${t.remove} .*${name}`) }).click();
    await page.getByRole('link', { name }).waitFor({ state: 'detached' });
    await page.context().close();
  },
);
