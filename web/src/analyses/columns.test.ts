import { describe, expect, it } from 'vitest';
import type { ColumnType } from '../api/types';
import { en } from '../i18n/en';
import { ru } from '../i18n/ru';
import { asideOf, titlesOf, wordOf } from './columns';

const column = (name: string, type: ColumnType = 'text') => ({ name, type, unit: '' });

describe('words of codes', () => {
  it('are those of the column, in the language of the page', () => {
    expect(wordOf('certainty', 'probable', ru)).toBe('ожидается');
    expect(wordOf('department_certainty', 'high', en)).toBe('likely');
    expect(wordOf('source', 'google_ads', ru)).toBe('Google Ads');
    expect(wordOf('source', 'phone_system', ru)).toBe('Phone system');
    expect([en, ru].map((t) => wordOf('source', 'bank', t))).toEqual(['Bank', 'Банк']);
    expect([en, ru].map((t) => wordOf('source', 'bitrix24', t))).toEqual(['Bitrix24', 'Битрикс24']);
    expect(wordOf('name', 'high', en)).toBeUndefined();
    expect(wordOf('state', 'unheard_of', en)).toBeUndefined();
  });
});

describe('columns of a default screen', () => {
  it('show one of two languages, under the title that names none', () => {
    const titles = titlesOf({
      title_en: 'Название',
      title_ru: 'Название по-русски',
      note_en: 'Суть (англ.)',
      note_ru: 'Суть',
    });
    expect(titles).toEqual({ title_en: 'Название', title_ru: 'Название', note_en: 'Суть', note_ru: 'Суть' });
  });

  it('know a twin that has no language in its name', () => {
    const columns = ['file', 'reason', 'reason_ru', 'raw'].map((name) => column(name));
    const table = { key: ['file'], columns, rows: [] };
    expect(asideOf(table, 'ru')).toEqual(['reason']);
    expect(asideOf(table, 'en')).toEqual(['reason_ru']);
    expect(titlesOf({ reason: 'Причина', reason_ru: 'Причина (по-русски)' })['reason_ru']).toBe('Причина');
  });

  it('put ids and codes aside where a name stands for them', () => {
    const columns = ['leak', 'rule', 'title_en', 'title_ru', 'name', 'account', 'account_id', 'amount'].map(
      (name) => column(name),
    );
    expect(asideOf({ key: ['leak'], columns, rows: [] }, 'ru')).toEqual([
      'leak',
      'rule',
      'title_en',
      'account_id',
    ]);
    expect(
      asideOf({ key: ['metric'], columns: [column('metric'), column('value')], rows: [] }, 'en'),
    ).toEqual([]);
  });
});
