// What the mock server answers about sources and imports.
import { column, result, state, table } from './mock-result.mjs';

const imports = [
  [
    7,
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
    6,
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
    5,
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

export function sources() {
  const importRows = state.isEmpty
    ? []
    : imports.map((row) => [...row, state.undone.has(row[0]) ? 'undone' : 'committed']);
  const sourceRows = state.isEmpty
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
        ['import_id', 'file'],
        [
          column('import_id', 'integer'),
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
        state.isEmpty
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

export function rejects(params) {
  const reasons = [
    [
      'bad_date',
      'CloseDate',
      'The date 31/02/2026 does not exist',
      'даты 31/02/2026 нет',
      '0065g00000412,Alder Works,31/02/2026,1200',
    ],
    [
      'bad_amount',
      'Amount',
      'The amount "1.2.3" is not a number',
      'сумма «1.2.3» — не число',
      '0065g00000977,Brook Labs,2026-03-01,1.2.3',
    ],
    ['missing_key', 'Id', 'The id is empty', 'id пуст', ',Cedar Foods,2026-04-11,900'],
  ];
  const rows = state.isEmpty
    ? []
    : Array.from({ length: 118 }, (_, at) => {
        const [code, name, reason, reasonRu, raw] = reasons[at % 3];
        return [
          `reject-${at + 1}`,
          7,
          'salesforce',
          'Opportunity',
          'salesforce/Opportunity.csv',
          14 + at * 31,
          1 + (at % 3),
          name,
          code,
          reason,
          reasonRu,
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
          column('column', 'integer'),
          column('header', 'text'),
          column('code', 'text'),
          column('reason', 'text'),
          column('reason_ru', 'text'),
          column('raw', 'text'),
        ),
      rows,
    ),
  });
}

export function importResult(ids, isDryRun) {
  const files = ids
    .map((id) => state.uploads.get(id))
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
            isDryRun ? null : 8,
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

/** One field with holes, one that no history tells, one that is whole. */
export const historyGaps = () =>
  result(
    'history.gaps',
    {},
    {
      fields: table(
        ['source', 'field'],
        [
          ...['source', 'field', 'state'].map((name) => column(name, 'text')),
          ...['deals', 'touched'].map((name) => column(name, 'integer', 'count')),
          column('touched_amount', 'money', 'EUR'),
          column('reliable_from', 'instant'),
          ...['rests_en', 'rests_ru'].map((name) => column(name, 'text')),
        ],
        state.isEmpty
          ? []
          : [
              [
                'salesforce',
                'stage',
                'holes',
                4180,
                212,
                1840500,
                '2025-03-01T10:00:00Z',
                'time in a stage',
                'время в этапе',
              ],
              [
                'salesforce',
                'amount',
                'untracked',
                4180,
                4180,
                9120400,
                null,
                'pipeline of a past day',
                'воронка на прошлую дату',
              ],
              [
                'salesforce',
                'owner',
                'whole',
                4180,
                0,
                null,
                '2024-01-01T10:00:00Z',
                'hand-overs',
                'передачи сделок',
              ],
            ],
      ),
    },
  );
