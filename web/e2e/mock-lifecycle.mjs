// Stages of the mock company: one that no line knows, one that is known.
import { column, result, table } from './mock-result.mjs';

const texts = (...names) => names.map((name) => column(name, 'text'));

export function lifecycle() {
  return result(
    'lifecycle',
    {},
    {
      stages: table(
        ['of', 'source', 'pipeline', 'stage', 'status', 'type'],
        [
          ...texts('of', 'source', 'pipeline', 'stage', 'status', 'type'),
          column('rows', 'integer', 'count'),
          ...texts('step', 'said_by', 'place', 'why'),
          column('decision_id', 'integer'),
          column('first_seen_at', 'instant'),
          column('is_new', 'boolean'),
        ],
        [
          [
            'deal',
            'salesforce',
            '',
            'On hold',
            'open',
            '',
            4,
            null,
            null,
            null,
            null,
            null,
            '2026-11-20T09:00:00Z',
            true,
          ],
          [
            'deal',
            'salesforce',
            '',
            'Closed Won',
            'won',
            '',
            31,
            'customer',
            'catalog',
            'catalog/lifecycle.toml:58',
            null,
            null,
            '2026-10-20T09:00:00Z',
            false,
          ],
        ],
      ),
      steps: table(
        ['step', 'of'],
        [
          ...texts('step', 'title_en', 'title_ru', 'of'),
          column('stages', 'integer', 'count'),
          column('rows', 'integer', 'count'),
        ],
        [
          ['', 'Unmapped', 'Не отнесены', 'deal', 1, 4],
          ['customer', 'Customer', 'Клиент', 'deal', 1, 31],
        ],
      ),
      notices: table(
        ['position'],
        [column('position', 'integer'), ...texts('code', 'en', 'ru')],
        [[1, 'stage_appeared', 'Stage "On hold" of deals is new.', 'Этап сделок «On hold» появился.']],
      ),
    },
  );
}
