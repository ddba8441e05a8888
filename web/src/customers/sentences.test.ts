import { describe, expect, it } from 'vitest';
import type { Result } from '../api/types';
import { leadOf } from './sentences';

const result = { as_of: '2026-10-31T12:00:00Z', tables: {} } as unknown as Result;

describe('the sentence above a record', () => {
  it('ends once after a name that ends with a full stop', () => {
    const lead = leadOf('person', { title: 'Sales Manager', account: 'Levantspace Inc.' }, result);
    expect(lead).toContain('Levantspace Inc. ');
    expect(lead).not.toContain('..');
  });

  it('keeps the one full stop of any other name', () => {
    expect(leadOf('person', { title: 'Sales Manager', account: 'Acme' }, result)).toMatch(/Acme\. \S/);
  });
});
