import { Formatter } from './format';
import type { lifecycleEn } from './lifecycle.en';

const f = new Formatter('ru');

export const lifecycleRu: typeof lifecycleEn = {
  lifecycle: {
    unmapped: 'Неотнесённые этапы',
    unmappedHelp:
      'Ни одна строка не знает, какой это шаг жизненного цикла. Выберите шаг: он учтётся сразу, и его можно отменить.',
    allMapped: 'Все этапы ваших источников отнесены к шагам жизненного цикла.',
    none: 'Этапов ни из одного источника пока нет.',
    mapped: 'Этапы по шагам',
    mappedHelp:
      'Как каждый шаг назван в ваших источниках и сколько в нём записей. Так решает строка lifecycle.toml или человек.',
    steps: {
      lead: 'Лид',
      qualified: 'Квалифицирован',
      opportunity: 'Сделка',
      customer: 'Клиент',
      renewal_due: 'Пора продлевать',
      renewed: 'Продлён',
      churned: 'Ушёл',
      outside: 'Вне жизненного цикла',
    },
    kinds: {
      deal: 'Сделки',
      lead: 'Лиды',
      person: 'Контакты',
      subscription: 'Подписки',
      contract: 'Договоры',
    },
    statuses: { open: 'открыты', won: 'выиграны', lost: 'проиграны' },
    renewal: 'продления',
    since: (day: string) => `с ${day}`,
    step: 'Шаг',
    stepOf: (stage: string) => `Шаг этапа «${stage}»`,
    choose: 'Выберите шаг',
    place: 'Отнести',
    placeOf: (stage: string) => `Отнести «${stage}»`,
    placed: (stage: string, step: string) => `«${stage}» теперь: ${step}`,
    undoOf: (stage: string) => `Отменить: «${stage}»`,
    decided: 'ваше решение',
    more: (count: number) =>
      `ещё ${f.integer(count)} ${f.plural(count, { one: 'этап', few: 'этапа', many: 'этапов', other: 'этапа' })} без записей`,
    toStages: 'Отнести этапы',
  },
};
