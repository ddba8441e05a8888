import { Formatter } from './format';
import type { registersEn } from './registers.en';

const f = new Formatter('ru');
const entries = (count: number): string =>
  `${f.integer(count)} ${f.plural(count, { one: 'запись', few: 'записи', many: 'записей', other: 'записи' })}`;

export const registersRu: typeof registersEn = {
  registers: {
    title: 'Реестры',
    lead: 'О чём договорились отделы и кто за это отвечает.',
    tabs: { processes: 'Процессы', agreements: 'Договорённости', goals: 'Цели' },
    add: {
      processes: 'Записать процесс',
      agreements: 'Записать договорённость',
      goals: 'Записать цель',
    },
    none: {
      processes:
        'Процессов пока нет. Начните с того, о котором больше всего спорят: зачем он нужен, кто за него отвечает и по какому числу его оценивают.',
      agreements:
        'Договорённостей пока нет. Запишите, что один отдел обещает другому: за какое время, в какой доле случаев и что бывает, если слово нарушено.',
      goals:
        'Целей пока нет. Запишите план компании по показателю, затем планы частей — или вставьте таблицу с планами.',
    },
    sheet: 'Из таблицы',
    retiredToo: 'И снятые',
    noOwners: (count, names) => `Без владельца — ${entries(count)}: ${names}`,
    due: (count, names) => `Пора пересмотреть — ${entries(count)}: ${names}`,
    imported: 'Из выгрузки',
    owner: 'Ответственный',
    nobody: 'никто',
    partOf: 'Часть цели',
    parts: (count, sum) =>
      `${f.integer(count)} ${f.plural(count, { one: 'часть', few: 'части', many: 'частей', other: 'части' })}, вместе ${sum}`,
    short: (difference) => `${difference} плана не входит ни в одну часть`,
    over: (difference) => `части больше плана на ${difference}`,
    company: 'Компания',
    until: (day) => `до ${day}`,
    since: (day) => `с ${day}`,
    review: (day) => `пересмотр ${day}`,
    cases: (share) => `в ${share} случаев`,
    states: { active: 'действует', planned: 'ещё не началась', ended: 'завершена', retired: 'снята' },
    units: { working_hours: 'рабочих часов', hours: 'ч', days: 'дн.', count: 'шт.' },
    needs: {
      no_owner: 'нет ответственного',
      no_from_owner: 'нет ответственного за обещание',
      no_to_owner: 'нет ответственного с другой стороны',
      owner_left: 'ответственный здесь больше не работает',
      from_owner_left: 'ответственный за обещание здесь больше не работает',
      to_owner_left: 'ответственный с другой стороны здесь больше не работает',
      no_department: 'нет отдела',
      no_metrics: 'нет показателя',
      no_review: 'нет дня пересмотра',
      review_due: 'пора пересмотреть',
      parts_differ: 'части не складываются в целое',
      unknown_metric: 'показателя нет в каталоге',
    },
    scopes: {
      company: 'Компания',
      department: 'Отдел',
      team: 'Команда',
      person: 'Человек',
      segment: 'Сегмент',
    },
    form: {
      change: (name) => `Изменить: ${name}`,
      several: 'По одному в строке',
      note: 'Почему (хранится с версией)',
      keep: 'Сохранить',
      none: 'Не выбрано',
      kept: 'Сохранено; вернуть прежнее можно в истории',
    },
    change: 'Изменить',
    retire: 'Снять',
    retired: 'Снято; история остаётся',
    restore: 'Вернуть',
    restored: 'Снова действует',
    history: 'История',
    historyOf: (name) => `История: ${name}`,
    what: {
      written: 'Записано',
      changed: 'Изменено',
      retired: 'Снято',
      restored: 'Возвращено',
      taken_back: 'Отменено',
    },
    undo: 'Отменить',
    undone: 'Отменено',
    sheets: {
      title: 'Из таблицы',
      paste: 'Вставьте строки вместе с заголовком или перетащите сюда файл CSV',
      columns: (names) => `Столбцы: ${names}`,
      file: 'Выбрать файл',
      look: 'Посмотреть, что изменится',
      take: (count) =>
        `Принять ${f.integer(count)} ${f.plural(count, { one: 'строку', few: 'строки', many: 'строк', other: 'строки' })}`,
      taken: 'Принято одним решением; вернуть прежнее можно в истории',
      line: 'Строка',
      refusedIn: (column) => `столбец «${column}»`,
      verdicts: { new: 'новая', changed: 'меняется', same: 'без изменений', refused: 'отклонена' },
      mend: (count) =>
        `${f.plural(count, { one: 'Отклонена', few: 'Отклонены', many: 'Отклонено', other: 'Отклонено' })} ${f.integer(count)} ${f.plural(count, { one: 'строка', few: 'строки', many: 'строк', other: 'строки' })}: исправьте таблицу и посмотрите снова. По частям ничего не принимается.`,
      nothing: 'Нового в таблице нет.',
    },
  },
};
