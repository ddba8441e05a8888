// The catalogue that the mock server shows: enough kinds of parameters and tables to try every control.
const parameter = (name, type, en, ru, more = {}) => ({
  name,
  type,
  default: null,
  allowed: null,
  required: false,
  help: { en, ru },
  ...more,
});
const columns = (...names) =>
  names.map(([name, type, en, ru]) => ({ name, type, unit: '', titles: { en, ru } }));

const range = [
  parameter('from', 'date', 'First day', 'Первый день'),
  parameter('to', 'date', 'Last day', 'Последний день'),
  parameter('team', 'text', 'Team', 'Команда'),
  parameter('segment', 'text', 'Segment', 'Сегмент'),
];

const entry = (id, kind, en, ru, helpEn, helpRu, parameters = [], tables = [], right = 'view') => ({
  id,
  kind,
  version: 1,
  titles: { en, ru },
  help: { en: helpEn, ru: helpRu },
  parameters,
  tables,
  right,
  explains: ['metrics', 'pulse'].includes(id),
  asks: [],
});

export function catalog(metrics, dimensions) {
  return {
    analyses: [
      entry(
        'pulse',
        'analysis',
        'Pulse',
        'Пульс',
        'The five numbers that matter, the funnel and the freshness of sources.',
        'Пять главных чисел, воронка и свежесть источников.',
        range,
      ),
      entry(
        'metrics',
        'analysis',
        'Metrics',
        'Метрики',
        'Any metric by time and dimensions.',
        'Любая метрика по времени и разрезам.',
        [
          parameter('metrics', 'list', 'Which metrics', 'Какие метрики', {
            required: true,
            allowed: Object.keys(metrics),
          }),
          parameter('by', 'list', 'Dimensions', 'Разрезы', { allowed: dimensions }),
          parameter('grain', 'enum', 'Step of time', 'Шаг времени', {
            allowed: ['none', 'day', 'week', 'month', 'quarter', 'year'],
            default: 'none',
          }),
          parameter('where', 'text', 'Condition', 'Условие'),
          parameter('calendar', 'enum', 'Calendar', 'Календарь', {
            allowed: ['gregorian', 'fiscal'],
            default: 'gregorian',
          }),
          ...range,
        ],
        [
          {
            name: 'metrics',
            titles: { en: 'Metrics', ru: 'Метрики' },
            key: ['period'],
            columns: [],
            chart: { kind: 'line', x: 'period', y: 'value', series: '' },
          },
        ],
      ),
      entry(
        'metrics.catalog',
        'analysis',
        'Metric definitions',
        'Определения метрик',
        'Each metric with its formula, owner and rivals.',
        'Каждая метрика: формула, владелец, спорные варианты.',
      ),
      entry(
        'sources',
        'analysis',
        'Sources',
        'Источники',
        'What was imported and how fresh it is.',
        'Что загружено и насколько оно свежо.',
        [],
        [
          {
            name: 'sources',
            titles: { en: 'Sources', ru: 'Источники' },
            key: ['source', 'object'],
            columns: columns(
              ['source', 'text', 'Source', 'Источник'],
              ['object', 'text', 'Object', 'Объект'],
              ['rows_read', 'integer', 'Rows read', 'Прочитано строк'],
            ),
            chart: { kind: 'bar', x: 'object', y: 'rows_read', series: '' },
          },
        ],
      ),
      entry(
        'sources.rejects',
        'analysis',
        'Rows set aside',
        'Отложенные строки',
        'Rows that were not taken, and why.',
        'Строки, которые не приняты, и почему.',
        [
          parameter('source', 'text', 'Source', 'Источник'),
          parameter('object', 'text', 'Object', 'Объект'),
          parameter('import_id', 'text', 'Import', 'Загрузка'),
        ],
      ),
      entry(
        'history',
        'analysis',
        'Where history is complete',
        'Где история полная',
        'Which entity has a history, and from where.',
        'У каких сущностей есть история и откуда она.',
      ),
      entry(
        'lineage',
        'analysis',
        'Lineage',
        'Происхождение строки',
        'The source records behind a row.',
        'Записи источников за строкой.',
        [
          parameter('entity', 'text', 'Entity', 'Сущность', { required: true }),
          parameter('id', 'text', 'Row', 'Строка', { required: true }),
        ],
      ),
      entry(
        'settings',
        'analysis',
        'Settings',
        'Настройки',
        'All settings with their defaults.',
        'Все настройки и значения по умолчанию.',
      ),
      entry(
        'decisions',
        'analysis',
        'Decisions',
        'Решения',
        'Who changed what, and why.',
        'Кто что изменил и почему.',
      ),
      entry(
        'status',
        'analysis',
        'Status',
        'Состояние',
        'Data version, currency, time zone.',
        'Версия данных, валюта, часовой пояс.',
      ),
      entry(
        'settings.set',
        'action',
        'Change a setting',
        'Изменить настройку',
        'Sets one setting.',
        'Меняет одну настройку.',
        [
          parameter('name', 'enum', 'Which setting', 'Какая настройка', {
            required: true,
            allowed: ['currency', 'fiscal_year_start_month', 'language', 'time_zone'],
          }),
          parameter('value', 'text', 'Its new value', 'Новое значение', { required: true }),
        ],
        [],
        'settings',
      ),
      entry(
        'model.build',
        'action',
        'Build the model',
        'Построить модель',
        'Builds what is out of date.',
        'Достраивает то, что устарело.',
        [],
        [],
        'import',
      ),
      entry(
        'sources.import',
        'action',
        'Import',
        'Импорт',
        'Imports uploaded files.',
        'Загружает файлы.',
        [
          parameter('uploads', 'list', 'Uploads', 'Файлы', { required: true }),
          parameter('dry_run', 'boolean', 'Only look', 'Только проверить', { default: false }),
          parameter('mapping', 'enum', 'Mapping', 'Схема', {
            allowed: ['salesforce', 'hubspot', 'stripe', 'zendesk', 'google_ads', 'generic'],
          }),
          parameter('exported_at', 'date', 'Exported on', 'Дата выгрузки'),
        ],
        [],
        'import',
      ),
    ],
  };
}
