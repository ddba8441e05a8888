import type { viewsEn } from './views.en';

export const viewsRu: typeof viewsEn = {
  views: {
    menu: 'Виды',
    none: 'Пока нет. Вид — это эта страница с её фильтрами под названием.',
    save: 'Сохранить этот вид',
    saveTitle: 'Сохранение вида',
    changeTitle: 'Изменение вида',
    name: 'Название',
    shared: 'Предлагать другим — с теми данными, которые им доступны',
    toThisPage: 'Открывать страницу такой, как сейчас',
    keep: 'Сохранить',
    kept: 'Вид сохранён',
    isShared: 'общий',
    ownerIs: (owner) => `автор ${owner}`,
    edit: (name) => `Изменить «${name}»`,
    remove: (name) => `Удалить «${name}»`,
    removed: (name) => `Вид «${name}» удалён; вернуть его можно в истории`,
  },
};
