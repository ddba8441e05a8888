import type { briefEn } from './brief.en';
import { Formatter } from './format';

const f = new Formatter('ru');

export const briefRu: typeof briefEn = {
  brief: {
    title: 'Утренняя сводка',
    sinceDay: 'со вчерашнего дня',
    sinceWeek: 'за семь дней',
    numbers: 'Что изменилось',
    deals: 'Сделки для решения',
    leaks: 'Деньги, которые можно вернуть',
    openings: 'Возможности',
    allOpenings: 'Все возможности',
    noDeals: 'Сегодня ни одна открытая сделка не требует решения.',
    noLeaks: 'Утечек, по которым можно вернуть деньги, не видно.',
    isNew: 'новое',
    noOwner: 'никто не назначен',
    noAmount: 'нет суммы',
    allDeals: 'Все сделки',
    allLeaks: 'Все утечки',
    missing: (count) => `Для полной сводки не хватает: ${f.integer(count)}`,
  },
};
