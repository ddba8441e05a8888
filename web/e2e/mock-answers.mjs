// What the mock server answers to each analysis of the model.
import {
  kAsOf,
  kDefinitions,
  kDimensions,
  kDimensionTitles,
  kFirst,
  kMetrics,
  kSegments,
  kTeams,
  deals,
  leads,
} from './mock-company.mjs';
import { column, Refusal, result, state, table } from './mock-result.mjs';
import { lifecycle } from './mock-lifecycle.mjs';
import { rejects, sources, historyGaps } from './mock-sources.mjs';

const addDays = (day, days) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
const titleOf = (id) => kDefinitions.find((one) => one.id === id) ?? { en: id, ru: id };

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
  if (state.isEmpty)
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
      period: table(
        ['first'],
        [
          column('first', 'date'),
          column('last', 'date'),
          column('previous_first', 'date'),
          column('previous_last', 'date'),
          column('part_of', 'text'),
          column('is_to_date', 'boolean'),
          column('is_current', 'boolean'),
          column('days', 'integer'),
        ],
        [['2026-10-01', '2026-11-23', '2026-07-01', '2026-08-23', 'quarter', true, true, 54]],
      ),
      sentences: table(
        ['position'],
        [column('position', 'integer'), column('code', 'text'), column('en', 'text'), column('ru', 'text')],
        [
          [
            1,
            'lead',
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
      column(name, 'text', '', name[0].toUpperCase() + name.slice(1), kDimensionTitles[name].ru),
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
  7,
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
    one.formula,
    one.unit,
    one.unit === 'count' || one.id === 'won_amount' ? 'additive' : 'ratio',
    one.department === 'marketing' ? 'created_at' : 'close_date',
    one.department === 'marketing' ? 'lead' : 'deal',
    kDimensions.map((id) => ({ id, ...kDimensionTitles[id] })),
    one.rivals.map((rival) => ({
      name: { en: rival.name, ru: rival.name },
      formula: { en: rival.formula, ru: rival.formula },
    })),
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
    'formula_ru',
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
  lifecycle,
  'history.gaps': historyGaps,
  'metrics.catalog': definitions,
  'metrics.columns': () =>
    result(
      'metrics.columns',
      {},
      {
        columns: table(
          ['id'],
          ['id', 'object_en', 'object_ru', 'header', 'type', 'distinct_count', 'splits', 'why_not'].map(
            (name) => column(name, 'text'),
          ),
          [],
        ),
      },
    ),
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
          state.isEmpty ? [] : kTeams.map((team) => [team.id, team.name]),
        ),
        segments: table(
          ['segment'],
          [column('segment', 'text')],
          state.isEmpty ? [] : kSegments.map((name) => [name]),
        ),
        range: table(
          [],
          [column('first_at', 'instant'), column('last_at', 'instant')],
          state.isEmpty ? [] : [[kFirst, kAsOf]],
        ),
      },
    ),
  'views.list': () =>
    result('views.list', {}, { views: table(['id'], [column('id', 'integer'), column('name', 'text')], []) }),
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
              state.version,
              state.isEmpty ? null : kAsOf,
              state.version,
              'EUR',
              'Europe/Berlin',
              state.isEmpty ? 0 : 6,
              state.isEmpty ? 0 : deals.length,
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
          state.isEmpty
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
          state.isEmpty
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

export function answer(id, params) {
  if (!analyses[id]) throw new Refusal(404, 'not_found', 'Not found', `there is no analysis "${id}"`);
  if (params.explain) return explain(id, params, params.explain);
  return analyses[id](params);
}

export const decision = (action) =>
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
