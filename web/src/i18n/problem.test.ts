// @vitest-environment jsdom
import { afterEach, describe, expect, it } from 'vitest';
import { i18n } from './index.svelte';
import { sentenceOf, told, warningOf } from './problem';

const problem = {
  title: 'Not found',
  status: 404,
  code: 'not_found',
  detail: "there is no metric 'mmr'",
  hint: "Did you mean 'mrr'?",
  words: {
    en: { title: 'Not found', detail: "there is no metric 'mmr'", hint: "Did you mean 'mrr'?" },
    ru: { title: 'Не найдено', detail: 'метрики «mmr» нет', hint: 'Может быть, «mrr»?' },
  },
};

describe('a problem', () => {
  afterEach(() => i18n.set('en', false));

  it('is told in the language of the page, also when that changes', async () => {
    expect(sentenceOf(problem)).toBe("There is no metric 'mmr'. Did you mean 'mrr'?");
    await i18n.set('ru', false);
    expect(told(problem)).toEqual({
      title: i18n.t.state.codes['not_found'],
      detail: 'Метрики «mmr» нет',
      hint: 'Может быть, «mrr»?',
    });
    expect(told({ title: '', status: 400, code: 'bad_usage', detail: 'limit: от 1' }).detail).toBe(
      'limit: от 1',
    );
    expect(sentenceOf(problem)).toBe('Метрики «mmr» нет. Может быть, «mrr»?');
  });

  it('of the page itself has a title at least', async () => {
    await i18n.set('ru', false);
    expect(sentenceOf({ title: 'offline', status: 0, code: 'offline' })).toBe('Сервер не отвечает');
    expect(sentenceOf({ title: 'HTTP 502', status: 502, code: 'unheard_of' })).toBe('HTTP 502');
  });

  it('that a warning tells of is told so too', async () => {
    const warning = { code: 'unheard_of', message: 'nothing is there', message_ru: 'ничего нет' };
    expect(warningOf(warning)).toBe('nothing is there');
    await i18n.set('ru', false);
    expect(warningOf(warning)).toBe('ничего нет');
    expect(warningOf({ code: 'unheard_of', message: 'nothing is there' })).toBe('nothing is there');
  });
});
