import type { exploreEn } from './explore.en';
import { Formatter } from './format';

const f = new Formatter('ru');

export const exploreRu: typeof exploreEn = {
  explore: {
    lead: 'Запросы на SQL к описанным представлениям в пределах ваших прав. Ничего не меняется; числа — самого запроса.',
    editor: 'Запрос',
    run: 'Выполнить',
    cancel: 'Отменить',
    running: 'Запрос выполняется…',
    cancelled: 'Отменено',
    begin: 'Начните с примера',
    beginHelp: 'Или напишите запрос: имена дополняются по мере ввода.',
    examples: {
      wonByMonth: {
        title: 'Выиграно по месяцам',
        help: 'Сделки и сумма, выигранные в каждом месяце',
      },
      silentDeals: {
        title: 'Забытые сделки',
        help: 'Открытые сделки без активности 30 дней, сначала крупные',
      },
      sizeAndWon: { title: 'Размер и деньги', help: 'Сотрудники клиента и выигранная сумма' },
    },
    result: 'Результат',
    rows: (count, isAll) =>
      `${f.integer(count)}${isAll ? '' : '+'} ${f.plural(count, { one: 'строка', few: 'строки', many: 'строк', other: 'строки' })}`,
    noRows: 'Подходящих строк нет',
    kind: 'Показать как',
    kinds: { table: 'Таблица', line: 'Линия', bar: 'Столбцы', scatter: 'Точки' },
    x: 'По горизонтали',
    y: 'По вертикали',
    by: 'Цвет',
    byNone: 'Один цвет',
    noChart:
      'Такой график из этих столбцов не построить: по вертикали нужно число, а для точек — и по горизонтали.',
    ofLoaded: (count) => `Построено по первым строкам: ${f.integer(count)}`,
    views: 'Представления',
    findView: 'Найти представление или столбец',
    insert: (name) => `Вставить ${name}`,
    noView: 'С таким именем ничего нет',
    groups: {
      sales: 'Продажи',
      customers: 'Клиенты',
      money: 'Деньги',
      marketing: 'Маркетинг',
      work: 'Контакты',
      service: 'Поддержка',
      people: 'Сотрудники',
      operations: 'Операции',
      sources: 'Источники',
      custom: 'Свои столбцы',
    },
    saved: 'Сохранённые запросы',
    noneSaved: 'Пока нет',
    save: 'Сохранить',
    saveNew: 'Сохранить как новый',
    saveTitle: 'Сохранить запрос',
    name: 'Название',
    shared: 'Другие могут его выполнять в пределах своих прав',
    isShared: 'общий',
    ownerIs: (owner) => `автор: ${owner}`,
    open: (name) => `Открыть ${name}`,
    edit: (name) => `Переименовать или поделиться: ${name}`,
    remove: (name) => `Удалить ${name}`,
    removed: (name) => `Запрос «${name}» удалён; отменить можно среди решений`,
    kept: 'Сохранено',
    momentHelp: 'Одна строка: as_of, as_of_date, currency, time_zone вопроса',
    tooLong: 'Запрос слишком длинный для адреса: чтобы передать его, сохраните',
  },
};
