import { describe, expect, it } from 'vitest';
import type { Result } from '../api/types';
import { namesIn, proposedAnswers, readSetup, sharedDecisions, type Question } from './setup';

const question = (id: string, more: Partial<Question>): Question => ({
  id,
  title: { en: id, ru: id },
  why: { en: '', ru: '' },
  state: 'proposed',
  proposal: 'x',
  proposed: { en: 'x', ru: 'x' },
  evidence: { en: '', ru: '' },
  note: { en: '', ru: '' },
  value: '',
  inForce: { en: '', ru: '' },
  setting: id,
  page: '',
  decision: null,
  options: [],
  ...more,
});

describe('setup', () => {
  it('accepts what is proposed, as it is shown', () => {
    const questions = [
      question('currency', { proposal: 'EUR' }),
      question('time_zone', { state: 'accepted' }),
      question('non_sales_pipelines', { proposal: '' }),
      question('departments', { setting: '', state: 'elsewhere' }),
      question('plan', { state: 'default', proposal: undefined }),
    ];
    expect(proposedAnswers(questions)).toEqual(['currency=EUR', 'non_sales_pipelines=']);
  });

  it('finds answers that were given together', () => {
    const questions = [1, 1, 2, null].map((decision, at) => question(String(at), { decision }));
    expect([...sharedDecisions(questions)]).toEqual([[1, 2]]);
  });

  it('reads names with semicolons between', () => {
    expect(namesIn(' Hiring; Purchases;')).toEqual(['Hiring', 'Purchases']);
    expect(namesIn('')).toEqual([]);
  });

  it('puts options to questions and exports to products', () => {
    const table = (names: string[], rows: (string | number | null)[][]) => ({
      key: [],
      columns: names.map((name) => ({ name, type: 'text', unit: '', title_en: '', title_ru: '' })),
      rows,
    });
    const result = {
      tables: {
        questions: table(['question', 'proposal', 'decision_id'], [['a', null, 7]]),
        options: table(['question', 'value', 'en', 'ru'], [['a', 'v', 'V', 'В']]),
        products: table(['product', 'exports_here'], [['stripe', 1]]),
        exports: table(
          ['product', 'export', 'state'],
          [
            ['stripe', 'invoices', 'here'],
            ['stripe', 'payments', 'missing'],
          ],
        ),
      },
    } as unknown as Result;
    const setup = readSetup(result);
    expect(setup.questions[0]).toMatchObject({ proposal: undefined, decision: 7 });
    expect(setup.questions[0]?.options[0]?.label.ru).toBe('В');
    expect(setup.products[0]?.exports.map((one) => one.isHere)).toEqual([true, false]);
  });
});
