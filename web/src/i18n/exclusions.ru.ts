import type { exclusionsEn } from './exclusions.en';
import { Formatter } from './format';

const f = new Formatter('ru');

function records(entity: string, count: number): string {
  const forms: Record<string, [string, string, string]> = {
    account: ['компания', 'компании', 'компаний'],
    person: ['контакт', 'контакта', 'контактов'],
    lead: ['лид', 'лида', 'лидов'],
    deal: ['сделка', 'сделки', 'сделок'],
    activity: ['активность', 'активности', 'активностей'],
    invoice: ['счёт', 'счёта', 'счетов'],
    payment: ['платёж', 'платежа', 'платежей'],
  };
  const [one, few, many] = forms[entity] ?? ['запись', 'записи', 'записей'];
  return `${f.integer(count)} ${f.plural(count, { one, few, many, other: few })}`;
}

export const exclusionsRu: typeof exclusionsEn = {
  exclusions: {
    tab: 'Не учитывается',
    lead: 'Тесты, партнёры, свои сотрудники: то, что убрано правилом, не входит ни в одно число — ни у кого. Сами записи остаются видны.',
    records,
    rules: 'Правила',
    rulesHelp: 'Всё, что отвечает правилу, и связанные записи не входят в числа, утечки и воронку.',
    none: 'Учитывается всё: правил нет.',
    add: 'Новое правило',
    named: (what: string) => `убирает: ${what}`,
    withThem: (count: number) =>
      `и ещё ${f.integer(count)} ${f.plural(count, { one: 'связанная запись', few: 'связанные записи', many: 'связанных записей', other: 'связанных записей' })}`,
    states: { on: 'действует', off: 'выключено', empty: 'ничего не убирает', failed: 'не читается' },
    show: 'Записи',
    showOf: (rule: string) => `Записи правила «${rule}»`,
    change: 'Изменить',
    changeOf: (rule: string) => `Изменить «${rule}»`,
    on: 'Включить',
    off: 'Выключить',
    onOf: (rule: string) => `Включить «${rule}»`,
    offOf: (rule: string) => `Выключить «${rule}»`,
    undoOf: (rule: string) => `Отменить последнее изменение: «${rule}»`,
    removeOf: (rule: string) => `Удалить «${rule}»`,
    saved: (rule: string) => `«${rule}» сохранено; все числа его учитывают`,
    removed: (rule: string) => `«${rule}» удалено; убранное снова учитывается`,
    proposals: 'Подсказывают ваши данные',
    proposalsHelp: 'Похоже, это не стоит учитывать. Пока вы не решите, учитывается всё.',
    of: (what: string, all: number) => `${what} из ${f.integer(all)}`,
    accept: 'Не учитывать',
    acceptOf: (name: string) => `Не учитывать: ${name}`,
    look: 'Сначала посмотреть',
    lookOf: (name: string) => `Сначала посмотреть: ${name}`,
    form: 'Правило',
    name: 'Название',
    nameExample: 'Тестовые компании',
    entity: 'Какие записи',
    entities: { account: 'Компании', person: 'Контакты', lead: 'Лиды', deal: 'Сделки' },
    condition: 'Отвечают условию',
    conditionExample: "name like '%Тест%'",
    columns: 'Столбцы',
    preview: 'Что не будет учитываться',
    nothing: (entity: string) => `Сейчас условию ничего не отвечает (${entity}).`,
    wouldLeave: (what: string) => `Уберёт: ${what}`,
    with: (what: string) => `и с ними: ${what}`,
    samples: 'Среди них',
    nameless: '(без названия)',
    save: 'Сохранить правило',
    cancel: 'Отмена',
    effect: 'Влияние на каждое число',
    effectHelp: (scope: string) => `С правилами и без них; ${scope}.`,
    metric: 'Число',
    value: 'С правилами',
    without: 'Без правил',
    taken: 'Разница',
    byRule: 'Каждое правило само по себе',
    onlyBack: (value: string) => `без него вернётся ${value}`,
    overlap:
      'Запись, которую убирают несколько правил, входит в число каждого: в сумме может выйти больше, чем убрано.',
    unchanged: (count: number) =>
      `Ещё ${f.integer(count)} ${f.plural(count, { one: 'число не меняется', few: 'числа не меняются', many: 'чисел не меняются', other: 'числа не меняются' })}.`,
    noEffect: 'За этот период правила не меняют ни одного числа.',
    note: (what: string) => `Не учтено здесь по правилам: ${what}.`,
    noteLink: 'Что не учитывается',
    countAll: 'Всё равно учесть',
    recordNote: (rule: string, through: string) => {
      const its: Record<string, string> = {
        account: ' вместе с компанией',
        person: ' вместе с контактом',
        lead: ' вместе с лидом',
        deal: ' вместе со сделкой',
      };
      return `Не входит ни в одно число: убрано${through ? its[through] : ''} правилом «${rule}».`;
    },
  },
};
