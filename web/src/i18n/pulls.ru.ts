import type { pullsEn } from './pulls.en';

export const pullsRu: typeof pullsEn = {
  pulls: {
    title: 'Запросы к API и хранилища',
    help: 'Что Weir разрешено получать самому и что из этого вышло. Запускается командой weir pull.',
    kinds: { api: 'через API', bucket: 'хранилище', settings: 'настройки' },
    states: {
      never: 'Ещё не запускался',
      ok: 'В порядке',
      failing: 'Не удаётся',
      unfinished: 'Начат и не закончен: идёт или был остановлен; следующий продолжит с этого места',
      late: 'Опаздывает',
    },
    ended: (ago) => `последний запуск ${ago}`,
    records: (count) => `записей: ${count}`,
    failed: (failed, all) => `с ошибкой объектов: ${failed} из ${all}`,
    succeeded: (ago) => `без ошибок — ${ago}`,
    neverSucceeded: 'без ошибок ещё не было',
    knownTo: (at) => `известно по ${at}`,
    due: (at) => `следующий не позже ${at}`,
    neverHelp: (source) => `Запустите weir pull ${source}, а дальше — по cron или таймеру.`,
    objects: 'Объекты',
    objectStates: {
      never: 'не запрашивался',
      pulled: 'получен',
      absent: 'в этом аккаунте нет',
      unknown: 'не распознан',
      failed: 'ошибка',
    },
    columns: {
      object: 'Объект',
      state: 'Состояние',
      records: 'Записей в последний раз',
      asked_at: 'Прочитан до конца',
      known_to: 'Известно по',
      waiting: 'Предстоит запросить',
      reason: 'Причина',
    },
  },
};
