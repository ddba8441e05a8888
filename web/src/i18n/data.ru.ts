import type { dataEn } from './data.en';

export const dataRu: typeof dataEn = {
  data: {
    tab: 'Данные',
    title: 'Все столбцы модели',
    help: 'Откуда столбец, у какой доли строк он заполнен, насколько свеж и какие определения его используют.',
    object: 'Объект',
    all: 'Все объекты',
    unused: 'Ни в одном определении',
    made: 'вычисляется в Weir',
    onlyUnused: 'Только столбцы, которые никто не использует',
    personal: 'личные',
    columns: {
      object: 'Объект',
      column: 'Столбец',
      meaning: 'Смысл',
      sources: 'Откуда',
      filled_share: 'Заполнен',
      newest_at: 'Последнее',
      observed_at: 'Последняя выгрузка',
      used_by: 'Кто использует',
    },
    departments: 'Отделы и объекты',
    departmentsHelp: 'Чьи сотрудники ведут строки и для каких показателей отдела строк нет.',
    department: 'Отдел',
    nobody: 'неизвестно чей',
    held: 'Строк у отдела',
    missing: 'Показатели без строк',
  },
};
