import type { Formatter } from './format';
import type { peopleEn } from './people.en';

export const peopleRu = (f: Formatter): ReturnType<typeof peopleEn> => ({
  title: 'Сотрудники',
  lead: 'Кто к какому отделу относится и чем занимается. Сначала идут решения, затем слова источников, затем догадки; в показатели продавцов входят только продавцы.',
  count: (shown: number, all: number) =>
    shown === all
      ? `${f.integer(all)} ${f.plural(all, { one: 'сотрудник', few: 'сотрудника', many: 'сотрудников', other: 'сотрудника' })}`
      : `${f.integer(shown)} из ${f.integer(all)}`,
  find: 'Имя, почта или должность',
  anyDepartment: 'Все отделы',
  anyFunction: 'Все функции',
  noDepartment: 'Без отдела',
  noFunction: 'Без функции',
  states: { active: 'Работают', left: 'Ушли', all: 'Все' },
  state: 'Кто',
  onlyGuessed: 'Только догадки',
  paste: 'Вставить список',
  name: 'Имя',
  fields: {
    department: 'Отдел',
    function: 'Функция',
    team: 'Команда',
    manager: 'Руководитель',
    started_on: 'Начало',
    ended_on: 'Конец',
  },
  stay: 'Начало и конец',
  choose: (name: string) => `Выбрать: ${name}`,
  chooseAll: 'Выбрать всех в списке',
  historyOf: (name: string) => `История: ${name}`,
  guess: 'догадка',
  guesses: { high: 'догадка, уверенно', medium: 'догадка', low: 'догадка, неуверенно' },
  decided: 'решено',
  unknown: 'неизвестно',
  left: 'ушёл',
  notSeller: 'не входит в показатели продавцов',
  more: (count: number) => `Показать ещё ${f.integer(count)}`,
  nobody: 'Никто не подходит.',
  none: 'В данных нет ни одного сотрудника. Загрузите список пользователей вашей CRM.',
  chosen: (count: number) =>
    `Выбрано: ${f.integer(count)} ${f.plural(count, { one: 'сотрудник', few: 'сотрудника', many: 'сотрудников', other: 'сотрудника' })}`,
  set: 'Задать',
  to: 'значение',
  from: 'Действует с',
  fromHelp: 'Пусто: так было всегда',
  apply: 'Применить',
  back: 'Как в источниках',
  clear: 'Снять выбор',
  newTeam: 'Новое название создаст команду',
  changed: (count: number) =>
    `Изменено: ${f.integer(count)} ${f.plural(count, { one: 'значение', few: 'значения', many: 'значений', other: 'значения' })}.`,
  undo: 'Отменить',
  undone: 'Всё как было.',
  dismiss: 'Закрыть сообщение',
  pasteTitle: 'Принять список сотрудников',
  pasteHelp:
    'Вставьте строки из электронной таблицы или перетащите файл CSV. В первой строке — названия столбцов: почта или имя, затем любые из: отдел, функция, команда, руководитель, начало, конец, с. Пустые ячейки ничего не меняют. Сначала вы увидите, что изменится.',
  pasteLabel: 'Список',
  pasteExample: 'почта\tотдел\tфункция\nanna@example.ru\tПродажи\tПродавец',
  pasteFile: 'Выбрать файл',
  look: 'Показать, что изменится',
  preview: 'Что сделает список',
  previewLead: (changes: number, members: number, lines: number) =>
    changes === 0
      ? `Ничего не изменится: ${f.plural(lines, { one: 'прочитана', other: 'прочитано' })} ${f.integer(lines)} ${f.plural(lines, { one: 'строка', few: 'строки', many: 'строк', other: 'строки' })}.`
      : `${f.plural(changes, { one: 'Изменится', other: 'Изменятся' })} ${f.integer(changes)} ${f.plural(changes, { one: 'значение', few: 'значения', many: 'значений', other: 'значения' })} у ${f.integer(members)} ${f.plural(members, { one: 'сотрудника', other: 'сотрудников' })}. Пока ничего не записано.`,
  refused: (lines: number) =>
    `Нельзя принять ${f.integer(lines)} ${f.plural(lines, { one: 'строку', few: 'строки', many: 'строк', other: 'строки' })}`,
  atLine: (line: number) => `Строка ${f.integer(line)}:`,
  unknownColumns: (names: string) => `Столбцы, которые здесь ничего не значат: ${names}.`,
  wouldChange: 'Что изменится',
  what: 'Поле',
  before: 'Было',
  after: 'Станет',
  takeOver: (changes: number) =>
    `Принять ${f.integer(changes)} ${f.plural(changes, { one: 'значение', few: 'значения', many: 'значений', other: 'значения' })}`,
  takeRest: (changes: number, lines: number) =>
    `Принять ${f.integer(changes)} ${f.plural(changes, { one: 'значение', few: 'значения', many: 'значений', other: 'значения' })}, пропустить ${f.integer(lines)} ${f.plural(lines, { one: 'строку', few: 'строки', many: 'строк', other: 'строки' })}`,
  cancel: 'Отмена',
  planned: 'Решено на будущее',
  plannedRow: (name: string, day: string) => `${name}: с ${day}`,
  history: 'Что когда действовало',
  always: 'с самого начала',
  since: (day: string) => `с ${day}`,
});
