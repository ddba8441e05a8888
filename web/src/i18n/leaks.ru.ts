import { Formatter } from './format';
import type { leaksEn } from './leaks.en';

const f = new Formatter('ru');
const cases = (count: number): string =>
  `${f.integer(count)} ${f.plural(count, { one: 'утечка', few: 'утечки', many: 'утечек', other: 'утечки' })}`;

// Книга утечек.
export const leaksRu: typeof leaksEn = {
  leaks: {
    title: 'Утечки',
    lead: (amount, certain, back) =>
      `Утекает ${amount}. Из них точно ${certain}, остальное ожидается по тому, чем кончались такие случаи. Вернуть можно около ${back}.`,
    leadCertain: (amount, back) => `Утекает ${amount}, всё это точно. Вернуть можно около ${back}.`,
    leadNoMoney: (count) => `${cases(count)}; во что они обходятся, пока неизвестно.`,
    leadNone: 'Ни одно правило не находит утечек.',
    leadUnmeasured: 'Искать утечки пока не в чем.',
    help: 'Записи, которые теряют деньги сейчас: сколько, почему и кто должен действовать.',
    headline: 'Все утечки',
    leaking: 'Утекает',
    certain: 'Точно',
    certainHelp: 'по арифметике',
    wonBack: 'Можно вернуть',
    wonBackHelp: 'столько обычно возвращается, если действовать',
    ofRecurring: 'От регулярной выручки',
    ofRecurringHelp: (money) => `от ${money} в год`,
    noRecurring: 'регулярная выручка неизвестна',
    ofBookings: 'От выигранного',
    ofBookingsHelp: (money) => `от ${money} за двенадцать месяцев`,
    noBookings: 'за двенадцать месяцев ничего не выиграно',
    range: (low, high) => `80 %: от ${low} до ${high}`,
    exact: 'без диапазона: всё по арифметике',
    noRange: 'диапазона пока нет: не каждое правило его даёт',
    cases,
    onlyCertain: 'Показать только точное',
    byRule: 'Где утекает',
    byRuleHelp: (currency) =>
      `${currency}, потеряно или ожидается. Выберите правило, чтобы увидеть его утечки и смысл.`,
    legend: 'Как читать полосы',
    certainty: { certain: 'точно', probable: 'ожидается' },
    rangeLegend: 'диапазон 80 %',
    noAmount: 'сумма неизвестна',
    oldest: (day) => `самая старая с ${day}`,
    moreRules: (count) =>
      `Ещё ${f.integer(count)} ${f.plural(count, { one: 'правило', few: 'правила', many: 'правил', other: 'правила' })}`,
    fewerRules: 'Показать меньше',
    nothingFound: (count) => `Проверено, ничего не найдено: ${f.integer(count)}`,
    unmeasured: (count) => `Не измеряется: ${f.integer(count)}`,
    failed: (count) => `Не сработало: ${f.integer(count)}`,
    toExports: 'Что выгрузить и как',
    toSources: 'Добавить файлы',
    noLeaks: (count) =>
      `${f.plural(count, { one: 'Проверило', few: 'Проверили', many: 'Проверили', other: 'Проверили' })} каждую запись ${f.integer(count)} ${f.plural(count, { one: 'правило', few: 'правила', many: 'правил', other: 'правила' })}: денег не теряет ни одна. Новые данные проверяются сами.`,
    nothingMeasured:
      'Ниже каждое правило говорит, чего ему не хватает. Загрузите одну из этих выгрузок, и проверка пойдёт сама.',
    rule: {
      meaning: 'Когда это утечка',
      formula: 'Как считаются деньги',
      fix: 'Что делать',
      agreement: 'Нарушает договорённость',
      note: 'Чего не хватает или что не учтено',
      failed: 'Почему не сработало',
      missing: 'Чего не хватает',
      version: (version) => `Определение ${f.integer(version)}`,
      all: 'Все правила',
      rows: (count) => `${cases(count)} в книге`,
      page: 'Страница этого правила',
    },
    ledger: 'Книга утечек',
    ledgerHelp:
      'Сначала то, что вернёт больше всего. Запись, найденная несколькими правилами, учтена один раз.',
    ledgerFirst: (shown) =>
      `Первые ${f.integer(shown)} по тому, сколько можно вернуть. Остальные видны по команде или сегменту.`,
    find: 'Название, компания, ответственный или причина',
    every: { rule: 'Все правила', department: 'Все отделы', owner: 'Все люди', certainty: 'Все деньги' },
    fields: { rule: 'Правило', department: 'Отдел', owner: 'Кто действует', certainty: 'Достоверность' },
    noOwner: 'никто',
    clear: 'Сбросить',
    noneFits: 'Под этот выбор не подходит ни одна утечка.',
    open: 'Открыть утечку',
    counted: (rule) => `учтено правилом «${rule}»`,
    columns: {
      name: 'Что',
      title: 'Правило',
      counted_by: 'Учтено',
      since: 'С какого дня',
      owner: 'Кто действует',
      detail: 'Почему',
    },
    panel: {
      title: 'Утечка',
      previous: 'Предыдущая утечка',
      next: 'Следующая утечка',
      at: (place, count) => `${f.integer(place)} из ${f.integer(count)}`,
      gone: 'Такой утечки в книге нет: её устранили или её убирают фильтры.',
      who: 'Кто действует',
      since: 'С какого дня',
      days: (days) =>
        `${f.integer(days)} ${f.plural(days, { one: 'день', few: 'дня', many: 'дней', other: 'дня' })}`,
      account: 'Компания',
      money: 'Деньги',
      amount: 'Потеряно или ожидается',
      exposed: 'Под угрозой',
      wonBack: 'Можно вернуть',
      noAmount: 'неизвестно: мало похожих случаев в прошлом',
      why: 'Почему это утечка',
      countedElsewhere: (rule) =>
        `Эту запись находит и учитывает правило «${rule}», поэтому здесь она второй раз не складывается.`,
      evidence: 'Строки, которые это доказывают',
      record: { deal: 'Открыть сделку', account: 'Открыть компанию', lead: 'Открыть лид' },
      otherRecord: 'Открыть запись',
    },
  },
};
