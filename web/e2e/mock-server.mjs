// Stands in for the server where the program is not built: `node e2e/mock-server.mjs [--port N] [--empty]`.
// It follows the HTTP contract with a made-up company, and sends the same content policy as the real one.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalog } from './mock-catalog.mjs';
import {
  kAsOf,
  kDefinitions,
  kDimensions,
  kFirst,
  kMetrics,
  kSegments,
  kTeams,
  deals,
  leads,
} from './mock-company.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const argument = (name) => process.argv.indexOf(name);
const port = argument('--port') > 0 ? Number(process.argv[argument('--port') + 1]) : 7717;
let isEmpty = argument('--empty') > 0;
let version = isEmpty ? 0 : 12;
const jobs = new Map();
const uploads = new Map();
const streams = new Set();
const undone = new Set();

const column = (name, type, unit = '', en = name, ru = en) => ({ name, type, unit, title: { en, ru } });
const table = (key, columns, rows) => ({ key, columns, rows, total_rows: rows.length, next_cursor: null });
const addDays = (day, days) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
const titleOf = (id) => kDefinitions.find((one) => one.id === id) ?? { en: id, ru: id };

function result(id, params, tables, more = {}) {
  return {
    analysis: id,
    definition: { id, version: 1 },
    params,
    scope: null,
    as_of: params.as_of ?? kAsOf,
    known_at: version,
    data_version: version,
    currency: 'EUR',
    seed: 0,
    history: 'complete',
    warnings: [],
    tables,
    ...more,
  };
}

class Refusal extends Error {
  constructor(status, code, title, detail, extra = {}) {
    super(detail);
    this.body = { type: `/errors/${code}`, title, status, detail, code, request_id: 'mock-4711', ...extra };
  }
}

const fits = (params) => (d) =>
  (!params.team || d.team === kTeams.find((t) => t.id === params.team)?.name) &&
  (!params.segment || d.segment === params.segment);

function range(params) {
  const today = (params.as_of ?? kAsOf).slice(0, 10);
  const [year, month] = today.split('-').map(Number);
  const quarter = `${year}-${String(month - ((month - 1) % 3)).padStart(2, '0')}-01`;
  return { from: params.from ?? quarter, to: params.to ?? today };
}

function pulse(params) {
  if (isEmpty)
    throw new Refusal(422, 'not_enough_data', 'Not enough data', 'nothing has been imported yet', {
      hint: 'import an export: weir import FILE, or drop it on the page Sources',
    });
  const { from, to } = range(params);
  const length = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
  const before = { from: addDays(from, -92), to: addDays(from, -92 + length - 1) };
  const value = (id, at) =>
    kMetrics[id].value(
      kMetrics[id].of.filter(fits(params)).filter((d) => kMetrics[id].rows(d, at.from, at.to)),
    );
  const ids = ['won_amount', 'pipeline_amount', 'win_rate', 'sales_cycle_median_days', 'leads'];
  const headline = ids.map((id) => {
    const now = value(id, { from, to });
    const then = value(id, before);
    const unit = titleOf(id).unit;
    const change =
      then === null || now === null
        ? null
        : unit === 'share'
          ? now - then
          : then
            ? (now - then) / then
            : null;
    return [id, now, unit, unit === 'money' ? 'EUR' : '', then, change, id.includes('days') ? 'down' : 'up'];
  });
  const trend = [];
  for (const id of ids) {
    for (let at = 0; at < length; at += 7) {
      const end = Math.min(at + 6, length - 1);
      trend.push([
        id,
        addDays(from, at),
        value(id, { from, to: addDays(from, end) }),
        value(id, { from: before.from, to: addDays(before.from, end) }),
      ]);
    }
  }
  const entered = leads.filter(fits(params)).filter((d) => d.created >= from && d.created <= to);
  const opened = deals.filter(fits(params)).filter((d) => d.created >= from && d.created <= to);
  const counts = [
    entered.length,
    entered.filter((d) => d.qualified).length,
    opened.length,
    opened.filter((d) => d.state === 'won').length,
    opened.filter((d) => d.paid).length,
  ];
  const days = [null, 0.8, 6.2, 38.4, 27];
  const funnel = ['leads', 'qualified', 'opportunities', 'won', 'paid'].map((step, at) => [
    step,
    at + 1,
    counts[at],
    at && counts[at - 1] ? counts[at] / counts[at - 1] : null,
    days[at],
  ]);
  const freshness = [
    ['salesforce', '2026-11-23T09:36:00Z', 41820, 118, 0.003],
    ['hubspot', '2026-11-23T09:29:00Z', 61230, 41, 0.008],
    ['stripe', '2026-11-23T09:38:00Z', 18204, 0, 0.001],
    ['zendesk', '2026-11-23T08:40:00Z', 9120, 12, 0.04],
    ['google_ads', '2026-11-23T06:00:00Z', 5110, 42, 0.15],
    ['telephony', '2026-11-20T09:00:00Z', 2080, 0, 3],
  ];
  return result(
    'pulse',
    { from, to, ...params },
    {
      headline: table(
        ['metric'],
        [
          column('metric', 'text'),
          column('value', 'decimal'),
          column('unit', 'text'),
          column('currency', 'text'),
          column('previous', 'decimal'),
          column('change', 'decimal'),
          column('better', 'text'),
        ],
        headline,
      ),
      trend: table(
        ['metric', 'period'],
        [
          column('metric', 'text'),
          column('period', 'date'),
          column('value', 'decimal'),
          column('previous', 'decimal'),
        ],
        trend,
      ),
      funnel: table(
        ['step'],
        [
          column('step', 'text'),
          column('position', 'integer'),
          column('count', 'integer', 'count'),
          column('share_of_previous', 'share', 'share'),
          column('median_days_from_previous', 'number', 'days'),
        ],
        funnel,
      ),
      freshness: table(
        ['source'],
        [
          column('source', 'text'),
          column('last_observed_at', 'instant'),
          column('rows', 'integer'),
          column('quarantined', 'integer'),
          column('age_days', 'number', 'days'),
        ],
        freshness,
      ),
      sentences: table(
        ['position'],
        [column('position', 'integer'), column('code', 'text'), column('en', 'text'), column('ru', 'text')],
        [
          [
            1,
            'weakest_link',
            'The quarter is 58% over. The weakest link is the hand-off from marketing to sales.',
            'Квартал пройден на 58 %. Слабее всего передача лидов от маркетинга к продажам.',
          ],
          [
            2,
            'won_change',
            'Won amount is ahead of the same day of last quarter, mostly in Enterprise.',
            'Сумма выигранных сделок выше, чем в тот же день прошлого квартала, в основном за счёт крупного бизнеса.',
          ],
          [
            3,
            'stale_source',
            'Telephony has not been imported for 3 days.',
            'Телефония не обновлялась 3 дня.',
          ],
        ],
      ),
    },
    {
      history: 'partial',
      warnings: [
        {
          code: 'history_partial',
          message: 'Stage history is missing before 2025-01-01 for HubSpot',
          params: {},
        },
      ],
    },
  );
}

function periodOf(day, grain) {
  const [year, month] = day.split('-').map(Number);
  const two = (n) => String(n).padStart(2, '0');
  if (grain === 'year') return `${year}-01-01`;
  if (grain === 'quarter') return `${year}-${two(month - ((month - 1) % 3))}-01`;
  if (grain === 'month') return `${year}-${two(month)}-01`;
  if (grain === 'week') return addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
  return day;
}

const listed = (value) => (Array.isArray(value) ? value : (value ?? '').split(',').filter(Boolean));

function metrics(params) {
  const ids = listed(params.metrics);
  const by = listed(params.by);
  const grain = params.grain && params.grain !== 'none' ? params.grain : '';
  for (const id of ids)
    if (!kMetrics[id])
      throw new Refusal(404, 'not_found', 'Not found', `there is no metric "${id}"`, {
        field: 'metrics',
        hint: 'did you mean win_rate?',
      });
  for (const name of by)
    if (!kDimensions.includes(name))
      throw new Refusal(
        422,
        'bad_input',
        'The input is not right',
        `"${name}" is not a dimension of ${ids}`,
        { field: 'by', hint: `one of ${kDimensions.join(', ')}` },
      );
  const from = params.from ?? '0000-00-00';
  const to = params.to ?? '9999-12-31';
  const groups = new Map();
  for (const id of ids) {
    const metric = kMetrics[id];
    for (const d of metric.of.filter(fits(params)).filter((one) => metric.rows(one, from, to))) {
      const period = grain && metric.date ? periodOf(d[metric.date], grain) : null;
      const key = JSON.stringify([period, ...by.map((name) => d[name])]);
      const group = groups.get(key) ?? new Map();
      group.set(id, [...(group.get(id) ?? []), d]);
      groups.set(key, group);
    }
  }
  const rows = [...groups].map(([key, group]) => [
    ...JSON.parse(key),
    ...ids.map((id) => kMetrics[id].value(group.get(id) ?? [])),
  ]);
  rows.sort((a, b) => String(a).localeCompare(String(b)));
  const columns = [
    column('period', 'date', '', 'Period', 'Период'),
    ...by.map((name) =>
      column(
        name,
        'text',
        '',
        name[0].toUpperCase() + name.slice(1),
        { team: 'Команда', segment: 'Сегмент', source: 'Источник', country: 'Страна' }[name],
      ),
    ),
    ...ids.map((id) =>
      column(
        id,
        kMetrics[id].type,
        kMetrics[id].type === 'money'
          ? 'EUR'
          : (kMetrics[id].unit ?? (kMetrics[id].type === 'share' ? 'share' : 'count')),
        titleOf(id).en,
        titleOf(id).ru,
      ),
    ),
  ];
  return result('metrics', params, { metrics: table(['period', ...by], columns, rows) });
}

const dealColumns = [
  column('table', 'text', '', 'Table', 'Таблица'),
  column('id', 'text', '', 'Id', 'Идентификатор'),
  column('name', 'text', '', 'Deal', 'Сделка'),
  column('state', 'text', '', 'State', 'Состояние'),
  column('amount', 'money', 'EUR', 'Amount', 'Сумма'),
  column('created', 'date', '', 'Created', 'Создана'),
  column('closed', 'date', '', 'Closed', 'Закрыта'),
  column('team', 'text', '', 'Team', 'Команда'),
];
const recordColumns = [
  column('source', 'text'),
  column('object', 'text'),
  column('source_id', 'text'),
  column('file', 'text'),
  column('line', 'integer'),
  column('observed_at', 'instant'),
  column('import_id', 'text'),
];
const recordOf = (d) => [
  'salesforce',
  'Opportunity',
  d.id.replace('deal-', '0065g00000'),
  'salesforce/Opportunity.csv',
  d.line,
  '2026-11-23T09:36:00Z',
  'import-7',
];

function explain(id, params, target) {
  const key = target
    .slice(target.indexOf(':') + 1)
    .split('|')
    .map(decodeURIComponent);
  const metric = kMetrics[key[0]] ?? kMetrics.deals_won;
  const { from, to } = range(params);
  const chosen = (id === 'pulse' ? metric.of : deals)
    .filter(fits(params))
    .filter((d) => (metric.of === deals ? metric.rows(d, from, to) : true))
    .filter((d) => d.line);
  const start = Number(params.cursor ?? 0);
  const page = chosen.slice(start, start + Number(params.limit ?? 200));
  return result(
    'explain',
    { analysis: id, target },
    {
      canonical: {
        ...table(
          ['table', 'id'],
          dealColumns,
          page.map((d) => ['deal', d.id, d.name, d.state, d.amount, d.created, d.closed, d.team]),
        ),
        total_rows: chosen.length,
        next_cursor: start + page.length < chosen.length ? String(start + page.length) : null,
      },
      records: table([], recordColumns, page.map(recordOf)),
    },
  );
}

const imports = [
  [
    'import-7',
    12,
    '2026-11-23T09:36:00Z',
    '2026-11-23T09:36:04Z',
    'salesforce/Opportunity.csv',
    'salesforce',
    'Opportunity',
    '2026-11-23T09:36:00Z',
    'stamp',
    4180,
    41,
    212,
    3809,
    118,
    0.97,
  ],
  [
    'import-6',
    11,
    '2026-11-23T09:29:00Z',
    '2026-11-23T09:29:02Z',
    'hubspot/contacts.csv',
    'hubspot',
    'contact',
    '2026-11-23T09:29:00Z',
    'stamp',
    61230,
    830,
    1410,
    58949,
    41,
    0.94,
  ],
  [
    'import-5',
    10,
    '2026-11-20T09:00:00Z',
    '2026-11-20T09:00:01Z',
    'telephony/calls-2026-11-20.csv',
    'telephony',
    'call',
    '2026-11-20T09:00:00Z',
    'file_name',
    2080,
    2080,
    0,
    0,
    0,
    0.91,
  ],
];

function sources() {
  const importRows = isEmpty
    ? []
    : imports.map((row) => [...row, undone.has(row[0]) ? 'undone' : 'committed']);
  const sourceRows = isEmpty
    ? []
    : [
        [
          'salesforce',
          'Opportunity',
          'Salesforce, opportunities',
          'Salesforce, сделки',
          2,
          4180,
          41,
          212,
          3809,
          118,
          '2026-11-23T09:36:00Z',
          12,
          'complete',
        ],
        [
          'salesforce',
          'Account',
          'Salesforce, accounts',
          'Salesforce, компании',
          2,
          1904,
          12,
          88,
          1804,
          0,
          '2026-11-23T09:36:00Z',
          12,
          'partial',
        ],
        [
          'hubspot',
          'contact',
          'HubSpot, contacts',
          'HubSpot, контакты',
          2,
          61230,
          830,
          1410,
          58949,
          41,
          '2026-11-23T09:29:00Z',
          11,
          'partial',
        ],
        [
          'stripe',
          'invoice',
          'Stripe, invoices',
          'Stripe, счета',
          1,
          18204,
          18204,
          0,
          0,
          0,
          '2026-11-23T09:38:00Z',
          11,
          'complete',
        ],
        [
          'zendesk',
          'ticket',
          'Zendesk, tickets',
          'Zendesk, обращения',
          1,
          9120,
          9108,
          0,
          0,
          12,
          '2026-11-23T08:40:00Z',
          9,
          'none',
        ],
        [
          'google_ads',
          'campaign',
          'Google Ads, campaigns',
          'Google Ads, кампании',
          1,
          5110,
          5068,
          0,
          0,
          42,
          '2026-11-23T06:00:00Z',
          9,
          'none',
        ],
        [
          'telephony',
          'call',
          'Telephony, calls',
          'Телефония, звонки',
          1,
          2080,
          2080,
          0,
          0,
          0,
          '2026-11-20T09:00:00Z',
          10,
          'none',
        ],
      ];
  const count = ['read', 'new', 'updated', 'unchanged', 'quarantined'].map((name) =>
    column(name, 'integer', 'count'),
  );
  return result(
    'sources',
    {},
    {
      sources: table(
        ['source', 'object'],
        [
          column('source', 'text'),
          column('object', 'text'),
          column('title_en', 'text'),
          column('title_ru', 'text'),
          column('files', 'integer'),
          column('rows_read', 'integer'),
          column('new_rows', 'integer'),
          column('updated_rows', 'integer'),
          column('unchanged_rows', 'integer'),
          column('quarantined_rows', 'integer'),
          column('last_observed_at', 'instant'),
          column('last_imported_version', 'integer'),
          column('history', 'text'),
        ],
        sourceRows,
      ),
      imports: table(
        ['import_id'],
        [
          column('import_id', 'text'),
          column('data_version', 'integer'),
          column('started_at', 'instant'),
          column('finished_at', 'instant'),
          column('file', 'text'),
          column('source', 'text'),
          column('object', 'text'),
          column('observed_at', 'instant'),
          column('observed_from', 'text'),
          ...count,
          column('score', 'share'),
          column('state', 'text'),
        ],
        importRows,
      ),
      columns: table(
        ['source', 'object', 'column'],
        [
          column('source', 'text'),
          column('object', 'text'),
          column('column', 'text'),
          column('mapped_to', 'text'),
          column('filled_share', 'share'),
        ],
        isEmpty
          ? []
          : [
              ['salesforce', 'Opportunity', 'Id', 'deal.source_id', 1],
              ['salesforce', 'Opportunity', 'StageName', 'deal.stage', 1],
              ['salesforce', 'Opportunity', 'Amount', 'deal.amount', 0.94],
              ['salesforce', 'Opportunity', 'NextStep', null, 0.31],
            ],
      ),
    },
  );
}

function rejects(params) {
  const reasons = [
    [
      'bad_date',
      'CloseDate',
      'The date 31/02/2026 does not exist',
      '0065g00000412,Alder Works,31/02/2026,1200',
    ],
    [
      'bad_amount',
      'Amount',
      'The amount "1.2.3" is not a number',
      '0065g00000977,Brook Labs,2026-03-01,1.2.3',
    ],
    ['missing_key', 'Id', 'The id is empty', ',Cedar Foods,2026-04-11,900'],
  ];
  const rows = isEmpty
    ? []
    : Array.from({ length: 118 }, (_, at) => {
        const [code, name, reason, raw] = reasons[at % 3];
        return [
          `reject-${at + 1}`,
          'import-7',
          'salesforce',
          'Opportunity',
          'salesforce/Opportunity.csv',
          14 + at * 31,
          name,
          code,
          reason,
          raw,
        ];
      }).filter(
        (row) =>
          (!params.source || row[2] === params.source) && (!params.import_id || row[1] === params.import_id),
      );
  return result('sources.rejects', params, {
    rejects: table(
      ['reject_id'],
      ['reject_id', 'import_id', 'source', 'object', 'file']
        .map((name) => column(name, 'text'))
        .concat(
          column('line', 'integer'),
          column('column', 'text'),
          column('code', 'text'),
          column('reason', 'text'),
          column('raw', 'text'),
        ),
      rows,
    ),
  });
}

function definitions() {
  const rows = kDefinitions.map((one) => [
    one.id,
    1,
    one.en,
    one.ru,
    `${one.en}: ${one.formula}. Money is converted at the date of the row.`,
    `${one.ru}. Деньги пересчитываются по курсу на дату строки.`,
    one.department,
    one.formula,
    one.unit,
    one.unit === 'count' || one.id === 'won_amount' ? 'additive' : 'none',
    one.department === 'marketing' ? 'created_at' : 'close_date',
    one.department === 'marketing' ? 'lead' : 'deal',
    JSON.stringify(kDimensions),
    JSON.stringify(one.rivals),
    `catalog/metrics/${one.department}.toml`,
  ]);
  const names = [
    'id',
    'version',
    'title_en',
    'title_ru',
    'description_en',
    'description_ru',
    'department',
    'formula',
    'unit',
    'additivity',
    'time_column',
    'grain_table',
    'dimensions',
    'rivals',
    'source_file',
  ];
  return result(
    'metrics.catalog',
    {},
    {
      definitions: table(
        ['id'],
        names.map((name) => column(name, name === 'dimensions' || name === 'rivals' ? 'json' : 'text')),
        rows,
      ),
    },
  );
}

const analyses = {
  pulse,
  metrics,
  sources,
  'metrics.catalog': definitions,
  'sources.rejects': rejects,
  lineage: (params) =>
    result('lineage', params, {
      records: table([], recordColumns, deals.filter((d) => d.id === params.id).map(recordOf)),
    }),
  filters: () =>
    result(
      'filters',
      {},
      {
        teams: table(
          ['id'],
          [column('id', 'text'), column('name', 'text')],
          isEmpty ? [] : kTeams.map((team) => [team.id, team.name]),
        ),
        segments: table(
          ['segment'],
          [column('segment', 'text')],
          isEmpty ? [] : kSegments.map((name) => [name]),
        ),
        range: table(
          [],
          [column('first_at', 'instant'), column('last_at', 'instant')],
          isEmpty ? [] : [[kFirst, kAsOf]],
        ),
      },
    ),
  status: () =>
    result(
      'status',
      {},
      {
        status: table(
          [],
          [
            column('data_version', 'integer'),
            column('as_of', 'instant'),
            column('built_version', 'integer'),
            column('currency', 'text'),
            column('time_zone', 'text'),
            column('sources', 'integer'),
            column('deals', 'integer'),
          ],
          [
            [
              version,
              isEmpty ? null : kAsOf,
              version,
              'EUR',
              'Europe/Berlin',
              isEmpty ? 0 : 6,
              isEmpty ? 0 : deals.length,
            ],
          ],
        ),
      },
    ),
  settings: () =>
    result(
      'settings',
      {},
      {
        settings: table(
          ['name'],
          ['name', 'value', 'default', 'description_en', 'description_ru'].map((name) =>
            column(name, 'text'),
          ),
          [
            [
              'time.fiscal_year_start',
              '1',
              '1',
              'Month in which the fiscal year begins',
              'Месяц начала финансового года',
            ],
            ['time.zone', 'Europe/Berlin', 'UTC', 'Reporting time zone', 'Часовой пояс отчётов'],
          ],
        ),
      },
    ),
  history: () =>
    result(
      'history',
      {},
      {
        history: table(
          ['entity'],
          [
            column('entity', 'text'),
            column('rows', 'integer'),
            column('from_history', 'integer'),
            column('from_difference', 'integer'),
            column('first_sight', 'integer'),
            column('history', 'text'),
            column('note_en', 'text'),
            column('note_ru', 'text'),
          ],
          isEmpty
            ? []
            : [
                [
                  'deal',
                  8120,
                  6210,
                  702,
                  1208,
                  'partial',
                  'HubSpot keeps no stage history before 2025-01-01',
                  'HubSpot не хранит историю этапов до 01.01.2025',
                ],
              ],
        ),
      },
    ),
  decisions: () =>
    result(
      'decisions',
      {},
      {
        decisions: table(
          ['decision_id'],
          [
            'decision_id',
            'data_version',
            'action',
            'who',
            'at',
            'reason',
            'before',
            'after',
            'undone_by',
          ].map((name) => column(name, name === 'at' ? 'instant' : 'text')),
          isEmpty
            ? []
            : [
                [
                  'decision-1',
                  12,
                  'settings.set',
                  'local owner',
                  '2026-11-22T12:00:00Z',
                  'head office moved',
                  'UTC',
                  'Europe/Berlin',
                  null,
                ],
              ],
        ),
      },
    ),
};

const decision = (action) =>
  result(
    action,
    {},
    {
      decision: table(
        ['decision_id'],
        ['decision_id', 'action', 'who', 'at'].map((name) =>
          column(name, name === 'at' ? 'instant' : 'text'),
        ),
        [['decision-2', action, 'local owner', kAsOf]],
      ),
    },
  );

const actions = {
  'sources.import': (params) => ({ job: startImport(params) }),
  'sources.undo': ({ import_id }) => (undone.add(import_id), bump(), decision('sources.undo')),
  'sources.replay': () => (bump(), decision('sources.replay')),
  'settings.set': () => (bump(), decision('settings.set')),
  'decisions.undo': () => (bump(), decision('decisions.undo')),
  'model.build': () => (bump(), decision('model.build')),
};

function startImport({ uploads: ids = [], dry_run: isDryRun }) {
  const id = `job-${jobs.size + 1}`;
  const job = {
    id,
    title: isDryRun ? 'Dry run' : 'Import',
    state: 'running',
    stage: 'read',
    fraction: 0,
    message: '',
    result: null,
    problem: null,
  };
  jobs.set(id, job);
  const steps = Number(process.env.MOCK_STEPS ?? 4);
  const tick = () => {
    if (job.state !== 'running') return;
    job.fraction = Math.min(1, job.fraction + 1 / steps);
    job.stage = job.fraction < 0.5 ? 'read' : 'import';
    if (job.fraction >= 1) {
      job.state = 'done';
      job.result = importResult(ids, isDryRun);
      if (!isDryRun) {
        isEmpty = false;
        bump();
      }
    } else setTimeout(tick, 120);
    tell('job', { ...job, result: undefined });
  };
  setTimeout(tick, 60);
  return id;
}

function importResult(ids, isDryRun) {
  const files = ids
    .map((id) => uploads.get(id))
    .filter(Boolean)
    .map((name) => {
      const known = !/unknown|\.png$|\.txt$/i.test(name);
      return known
        ? [
            name,
            'salesforce',
            'Opportunity',
            0.97,
            '32 of 33 columns fit; key Id is there',
            'recognised',
            4180,
            41,
            212,
            3809,
            118,
            '2026-11-23T09:36:00Z',
            'stamp',
            isDryRun ? null : 'import-8',
          ]
        : [
            name,
            null,
            null,
            0.12,
            'no mapping fits: the nearest is generic.deal with 1 of 9 columns',
            'unrecognised',
            0,
            0,
            0,
            0,
            0,
            null,
            null,
            null,
          ];
    });
  const names = files.filter((row) => row[5] === 'recognised').map((row) => row[0]);
  const map = [
    ['Id', 'deal.source_id', 'text', '0065g00000412', ''],
    ['Name', 'deal.name', 'text', 'Alder Works', ''],
    ['StageName', 'deal.stage', 'text', 'Proposal', ''],
    ['Amount', 'deal.amount', 'money', '1,200.00', 'comma divides thousands'],
    ['CloseDate', 'deal.close_date', 'date', '2026-12-01', ''],
    ['NextStep__c', null, 'text', 'Call on Monday', 'kept as ext_deal.next_step__c'],
  ];
  return result(
    'sources.import',
    { dry_run: isDryRun },
    {
      files: table(
        ['file'],
        ['file', 'source', 'object']
          .map((n) => column(n, 'text'))
          .concat(
            column('score', 'share'),
            column('reason', 'text'),
            column('state', 'text'),
            ...['read', 'new', 'updated', 'unchanged', 'quarantined'].map((n) => column(n, 'integer')),
            column('observed_at', 'instant'),
            column('observed_from', 'text'),
            column('import_id', 'text'),
          ),
        files,
      ),
      columns: table(
        ['file', 'column'],
        ['file', 'column', 'mapped_to', 'type', 'sample', 'note'].map((n) => column(n, 'text')),
        names.flatMap((name) => map.map((row) => [name, ...row])),
      ),
      problems: table(
        [],
        [
          column('file', 'text'),
          column('line', 'integer'),
          column('column', 'text'),
          column('code', 'text'),
          column('reason', 'text'),
          column('raw', 'text'),
        ],
        names.map((name) => [
          name,
          14,
          'CloseDate',
          'bad_date',
          'The date 31/02/2026 does not exist',
          '0065g00000412,Alder Works,31/02/2026,1200',
        ]),
      ),
    },
  );
}

function bump() {
  version += 1;
  tell('data', { data_version: version });
}

function tell(event, data) {
  for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function answer(id, params) {
  if (!analyses[id]) throw new Refusal(404, 'not_found', 'Not found', `there is no analysis "${id}"`);
  if (params.explain) return explain(id, params, params.explain);
  return analyses[id](params);
}

const kTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const kPolicy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

function sendFile(request, response, path) {
  let file = normalize(join(dist, path));
  if (!file.startsWith(dist) || !existsSync(file) || statSync(file).isDirectory())
    file = join(dist, 'index.html');
  const isAsset = file.includes('/assets/');
  const type = kTypes[extname(file)] ?? 'application/octet-stream';
  const encoding = ['br', 'gzip'].find(
    (one) =>
      (request.headers['accept-encoding'] ?? '').includes(one) &&
      existsSync(`${file}.${one === 'br' ? 'br' : 'gz'}`),
  );
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Security-Policy': kPolicy,
    'Cache-Control': isAsset ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(encoding && { 'Content-Encoding': encoding }),
  });
  createReadStream(encoding ? `${file}.${encoding === 'br' ? 'br' : 'gz'}` : file).pipe(response);
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

async function serveApi(request, response, url) {
  const path = url.pathname.replace('/api/v1', '');
  const params = Object.fromEntries(url.searchParams);
  const send = (status, value) => {
    response.writeHead(status, {
      'Content-Type': status < 400 ? 'application/json' : 'application/problem+json',
    });
    response.end(JSON.stringify(value));
  };
  if (path === '/live') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
    response.write(`event: hello\ndata: ${JSON.stringify({ data_version: version })}\n\n`);
    streams.add(response);
    request.on('close', () => streams.delete(response));
    return;
  }
  if (request.method !== 'GET' && request.headers['x-csrf-token'] !== 'mock')
    throw new Refusal(403, 'forbidden', 'Not allowed', 'the CSRF token is missing');
  if (path === '/session')
    return send(200, {
      user: 'local owner',
      role: 'owner',
      rights: ['view', 'import', 'settings'],
      csrf: 'mock',
    });
  if (path === '/catalog') return send(200, catalog(kMetrics, kDimensions));
  if (path === '/uploads') {
    const bytes = await body(request);
    const id = `upload-${uploads.size + 1}`;
    uploads.set(id, decodeURIComponent(request.headers['x-file-name']));
    return send(201, { upload: id, name: uploads.get(id), bytes: bytes.length });
  }
  if (path.startsWith('/jobs/')) {
    const job = jobs.get(path.slice(6));
    if (!job) throw new Refusal(404, 'not_found', 'Not found', 'there is no such job');
    if (request.method === 'DELETE' && job.state === 'running') job.state = 'cancelled';
    return send(200, job);
  }
  if (path === '/batch') {
    const asked = JSON.parse(await body(request));
    const moment = {
      ...(asked.as_of && { as_of: asked.as_of }),
      ...(asked.known_at && { known_at: asked.known_at }),
    };
    const results = asked.requests.map((one) => {
      try {
        return { status: 200, result: answer(one.id, { ...one.params, ...moment }) };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { status: error.body.status, problem: error.body };
      }
    });
    return send(200, { data_version: version, results });
  }
  const id = path.slice(1);
  if (request.method === 'POST') {
    if (!actions[id]) throw new Refusal(404, 'not_found', 'Not found', `there is no action "${id}"`);
    const done = actions[id](JSON.parse(await body(request)).params ?? {});
    return done.job ? send(202, { job: done.job, status: `/api/v1/jobs/${done.job}` }) : send(200, done);
  }
  send(200, answer(id, params));
}

createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (!url.pathname.startsWith('/api/')) return sendFile(request, response, url.pathname);
  serveApi(request, response, url).catch((error) => {
    const problem =
      error instanceof Refusal
        ? error.body
        : { title: 'A fault', status: 500, detail: String(error.stack), code: 'bug', request_id: 'mock-1' };
    response.writeHead(problem.status, { 'Content-Type': 'application/problem+json' });
    response.end(JSON.stringify(problem));
  });
}).listen(port, '127.0.0.1', function () {
  console.log(`http://127.0.0.1:${this.address().port}/`);
});
