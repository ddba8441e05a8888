import type { keys as english } from './keys.en';

export const keys: typeof english = {
  title: 'Клавиши',
  search: 'Поиск',
  list: 'Этот список',
  go: (page) => `Открыть «${page}»`,
  then: 'затем',
  chart: 'График или таблица',
  permalink: 'Скопировать постоянную ссылку',
  close: 'Закрыть открытое',
  rows: 'Ходить по таблице',
  open: 'Открыть строку',
};
