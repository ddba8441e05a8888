import { Formatter } from './format';
import type { setupEn } from './setup.en';

const f = new Formatter('ru');

export const setupRu: typeof setupEn = {
  setup: {
    title: 'Первые шаги',
    lead: (questions, missing) =>
      [
        questions === 0
          ? 'На все вопросы есть ответ.'
          : `По вашим данным ${f.plural(questions, { one: 'предложен ответ', few: 'предложены ответы', many: 'предложены ответы', other: 'предложены ответы' })} на ${f.integer(questions)} ${f.plural(questions, { one: 'вопрос', few: 'вопроса', many: 'вопросов', other: 'вопроса' })}.`,
        missing === 0
          ? 'Всем страницам хватает данных.'
          : `${f.integer(missing)} ${f.plural(missing, { one: 'раздел ждёт', few: 'раздела ждут', many: 'разделов ждут', other: 'раздела ждут' })} новых выгрузок.`,
      ].join(' '),
    questions: 'Вопросы',
    questionsHelp:
      'У каждого есть ответ по умолчанию, и ни один ничего не задерживает: Weir работает и до ответа.',
    acceptAll: (count) => `Принять все: ${f.integer(count)}`,
    accept: 'Принять',
    acceptOf: (question) => `Принять: ${question}`,
    change: 'Изменить',
    changeOf: (question) => `Изменить: ${question}`,
    answer: 'Ответить',
    save: 'Сохранить',
    cancel: 'Отмена',
    undo: 'Вернуть',
    undoOf: (question) => `Вернуть: ${question}`,
    undoTogether: (count) =>
      `Вместе ${f.plural(count, { one: 'принят', few: 'приняты', many: 'принято', other: 'приняты' })} ${f.integer(count)} ${f.plural(count, { one: 'ответ', few: 'ответа', many: 'ответов', other: 'ответа' })}.`,
    undoAll: 'Вернуть все',
    accepted: (count) => (count === 1 ? 'Ответ принят' : `Принято ответов: ${f.integer(count)}`),
    states: {
      proposed: 'предложено',
      accepted: 'принято',
      answered: 'ваш ответ',
      default: 'по умолчанию',
    },
    notSet: 'Не задано',
    inForce: (value) => `Пока вы не ответили: ${value}`,
    openPage: 'Открыть',
    customHelp: {
      currency: 'Три буквы, например RUB',
      time_zone: 'Название, например Europe/Moscow',
      working_hours: 'Дни и часы, например Mo-Fr 09:00-18:00',
      plan: 'Число на каждый год или 2026=4000000, 2027=5200000',
    },
    pipelinesHelp: 'Отмеченные воронки — продажи',
    newAnswer: 'Новый ответ',
    empty: 'Вопросы появятся, когда будут данные: перетащите выгрузки на страницу «Источники».',
    next: 'Что загрузить дальше',
    nextHelp: 'Сначала то, что откроет больше всего',
    opens: (what) => `Откроется: ${what}`,
    from: (products) => `Откуда: ${products}`,
    nothingNext: 'Данных хватает на всё, что умеет показать Weir.',
    exports: 'Выгрузки',
    exportsHelp: 'Что даёт каждый продукт, что уже загружено и как получить остальное',
    here: (here, all) => `загружено ${f.integer(here)} из ${f.integer(all)}`,
    rows: (count) =>
      `${f.integer(count)} ${f.plural(count, { one: 'строка', few: 'строки', many: 'строк', other: 'строки' })}`,
    isHere: 'загружено',
    isMissing: 'нет',
    otherProducts: 'Другие продукты, которые читает Weir',
    toSources: 'Загрузить на странице «Источники»',
    onPulse: 'Как это сделать',
  },
};
