import { Formatter } from './format';
import { leaksRu } from './leaks.ru';
import type { openingsEn } from './openings.en';

const f = new Formatter('ru');
const words = leaksRu.leaks;
const cases = (count: number): string =>
  `${f.integer(count)} ${f.plural(count, { one: 'возможность', few: 'возможности', many: 'возможностей', other: 'возможности' })}`;

// Книга возможностей: слова те же, что у утечек, кроме тех, что говорят о потере.
export const openingsRu: typeof openingsEn = {
  openings: {
    ...words,
    title: 'Возможности',
    lead: (amount, certain, back) =>
      `Можно получить около ${amount}, из них точно ${certain}. Обычно удаётся получить ${back}.`,
    leadExpected: (amount) => `Можно получить около ${amount}, судя по тому, чем кончались такие случаи.`,
    leadCertain: (amount, back) =>
      `Можно получить ${amount}, всё это точно. Обычно удаётся получить ${back}.`,
    leadNoMoney: (count) => `${cases(count)}; сколько они принесут, пока неизвестно.`,
    leadNone: 'Ни одно правило не находит возможностей.',
    leadNoneHere: 'Под этим фильтром ни одно правило не находит возможностей.',
    leadUnmeasured: 'Искать возможности пока не в чем.',
    help: 'Где можно заработать: сколько, почему и кто должен действовать.',
    headline: 'Все возможности',
    leaking: 'Можно получить',
    wonBack: 'Обычно удаётся',
    wonBackHelp: 'если действовать',
    ofRecurringHelp: (money) => `возможности этого года, от ${money} в год`,
    ofBookingsHelp: (money) => `возможности этого года, от ${money} за двенадцать месяцев`,
    cases,
    byRule: 'Где можно получить',
    byRuleHelp: (currency) =>
      `${currency}, ожидается. Выберите правило, чтобы увидеть его возможности и смысл.`,
    noLeaks: (count) =>
      `${f.plural(count, { one: 'Проверило', few: 'Проверили', many: 'Проверили', other: 'Проверили' })} каждую запись ${f.integer(count)} ${f.plural(count, { one: 'правило', few: 'правила', many: 'правил', other: 'правила' })}: возможностей не найдено. Новые данные проверяются сами.`,
    noLeaksHere: (what) => `Под этим фильтром возможностей нет (${what}).`,
    rule: {
      ...words.rule,
      meaning: 'Когда это возможность',
      rows: (count) => `${cases(count)} в книге`,
    },
    record: {
      ...words.record,
      precision: (share, judged) => `Верно в ${share} из реализованных и отложенных (${cases(judged)})`,
      fewJudged: (decided) =>
        `Сказано о скольких: ${cases(decided)}; чтобы судить, как часто оно право, этого мало`,
      recovered: (count, money) => `Получено ${money}: ${cases(count)}`,
      unsaid: 'Пока никто не сказал, что стало хоть с одной из них.',
    },
    ledger: 'Книга возможностей',
    ledgerHelp:
      'Сверху то, что принесёт больше. Компания, найденная несколькими правилами, учитывается один раз.',
    ledgerFirst: (shown) =>
      `Первые ${f.integer(shown)} по тому, что обычно удаётся получить. Выберите команду или сегмент, чтобы увидеть другие.`,
    every: { ...words.every, state: 'Ещё открыты' },
    noneFits: 'Под этот выбор не подходит ни одна возможность.',
    open: 'Открыть возможность',
    columns: { ...words.columns, exposed: 'Из общей суммы' },
    states: { ...words.states, fixed: 'сделана', recovered: 'получена', tolerated: 'отложена' },
    stateHelp: {
      ...words.stateHelp,
      fixed: 'Сделано. Пришли ли деньги, видно по дальнейшим данным.',
      tolerated: 'О ней знают и отложили; почему, сказано в заметке.',
      false_alarm: 'Это не возможность; почему, сказано в заметке, и правило узнаёт, как часто оно право.',
    },
    word: {
      ...words.word,
      titleMany: (count) => `Что станет: ${cases(count)}`,
      done: (count, state) => `${cases(count)}: ${state}.`,
    },
    panel: {
      ...words.panel,
      title: 'Возможность',
      previous: 'Предыдущая возможность',
      next: 'Следующая возможность',
      gone: 'Такой возможности в книге нет: ею воспользовались или её убирают фильтры.',
      amount: 'Можно получить',
      exposed: 'Из общей суммы',
      wonBack: 'Обычно удаётся',
      why: 'Почему это возможность',
      recovered: 'Её больше не находит ни одно правило: деньги, которые за ней числились, пришли.',
    },
  },
};
