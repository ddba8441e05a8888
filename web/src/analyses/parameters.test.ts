import { describe, expect, it } from 'vitest';
import type { Parameter } from '../api/types';
import { missing, ownParameters, requestParams, typed } from './parameters';

const parameter = (name: string, more: Partial<Parameter> = {}): Parameter => ({
  name,
  type: 'text',
  default: null,
  allowed: null,
  required: false,
  help: { en: name, ru: name },
  ...more,
});
const declared = [
  parameter('metrics', { type: 'list', required: true }),
  parameter('from', { type: 'date' }),
  parameter('where'),
];

describe('parameters', () => {
  it('of the filter bar are not asked twice', () => {
    expect(ownParameters(declared).map((one) => one.name)).toEqual(['metrics', 'where']);
  });

  it('are taken from the address and from the filters, only where declared', () => {
    const query = new URLSearchParams('metrics=won&where=&other=1');
    expect(requestParams(declared, query, { from: '2026-01-01', team: 'x' })).toEqual({
      metrics: 'won',
      from: '2026-01-01',
    });
  });

  it('that are required are named when missing', () => {
    expect(missing(declared, { where: 'x' })).toEqual(['metrics']);
  });

  it('go to actions as JSON of their type', () => {
    expect(typed(parameter('a', { type: 'list' }), 'x, y,')).toEqual(['x', 'y']);
    expect(typed(parameter('a', { type: 'boolean' }), 'false')).toBe(false);
    expect(typed(parameter('a', { type: 'integer' }), '3')).toBe(3);
    expect(typed(parameter('a', { type: 'decimal' }), '0.10')).toBe('0.10');
  });
});
