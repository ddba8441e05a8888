import { describe, expect, it } from 'vitest';
import { readDefinitions } from './definition';
import { grainFor } from './grain';

const column = (name: string) => ({ name, type: 'text' as const, unit: '' });

describe('readDefinitions', () => {
  it('reads lists whether they came as JSON or as its text', () => {
    const columns = ['id', 'dimensions', 'rivals'].map(column);
    const rows = [
      ['win_rate', '["team","segment"]', [{ name: 'Close rate', formula: 'won / created' }]],
      ['leads', ['source'], null],
    ];
    const definitions = readDefinitions({ key: ['id'], columns, rows });
    expect(definitions[0]).toMatchObject({
      dimensions: ['team', 'segment'],
      rivals: [{ name: 'Close rate', formula: 'won / created' }],
    });
    expect(definitions[1]).toMatchObject({ dimensions: ['source'], rivals: [] });
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
