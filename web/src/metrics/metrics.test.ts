import { describe, expect, it } from 'vitest';
import { readDefinitions } from './definition';
import { grainFor } from './grain';

const column = (name: string) => ({ name, type: 'text' as const, unit: '' });

describe('readDefinitions', () => {
  it('reads lists whether they came as JSON or as its text', () => {
    const columns = ['id', 'dimensions', 'rivals'].map(column);
    const formula = { en: 'won / created', ru: 'выиграно / создано' };
    const rows = [
      [
        'win_rate',
        JSON.stringify([{ id: 'team', en: 'Team', ru: 'Команда' }]),
        [{ name: 'Close rate', formula, used_by: 'Quartz' }],
      ],
      ['leads', [{ id: 'source', en: 'Source', ru: 'Источник' }], [{ id: 'deals_created', formula }]],
    ];
    const [first, second] = readDefinitions({ key: ['id'], columns, rows });
    expect(first).toMatchObject({
      dimensions: [{ id: 'team', title: { en: 'Team', ru: 'Команда' } }],
      rivals: [{ id: '', name: 'Close rate', formula, usedBy: 'Quartz' }],
    });
    expect(second).toMatchObject({
      dimensions: [{ id: 'source' }],
      rivals: [{ id: 'deals_created', name: 'deals_created' }],
    });
  });
});

describe('grainFor', () => {
  it('makes about a dozen points', () => {
    expect(grainFor({ from: '2026-11-10', to: '2026-11-23' })).toBe('day');
    expect(grainFor({ from: '2026-10-01', to: '2026-11-23' })).toBe('week');
    expect(grainFor({ from: '2026-01-01', to: '2026-11-23' })).toBe('month');
    expect(grainFor({})).toBe('quarter');
  });
});
