import { describe, expect, it } from 'vitest';
import type { Result } from '../api/types';
import { groupOf, iconOf, kEventGroups, toneOf } from './events';
import { daysSince, openPath, readFields, recordOf, recordPath } from './record';

describe('the address of a record', () => {
  it('holds any id and gives it back', () => {
    for (const id of ['salesforce:001A', 'maven:Acme. Corp', 'a/b', 'x~y.z', 'ООО «Ёлка»', '100%']) {
      const path = recordPath('account', id);
      expect(path).not.toMatch(/\.[^/]*$/);
      expect(recordOf(decodeURIComponent(path.slice('/customers/'.length)))).toEqual({ kind: 'account', id });
    }
  });

  it('is a list where it names no record', () => {
    expect(recordOf('')).toBeUndefined();
    expect(recordOf('people')).toBeUndefined();
    expect(recordOf('nonsense/1')).toBeUndefined();
    expect(recordOf('deal/')).toBeUndefined();
  });

  it('of what has no page is that of its source record', () => {
    expect(openPath('deal', 'd:1')).toBe('/customers/deal/d%3A1');
    expect(openPath('lead', 'l:1')).toBe('/customers/lead/l%3A1');
    expect(openPath('ticket', 't:1')).toBe('/analyses/lineage?entity=ticket&id=t%3A1');
  });
});

describe('the timeline', () => {
  it('has a group and an icon for each kind', () => {
    for (const [group, kinds] of Object.entries(kEventGroups)) {
      for (const kind of kinds) {
        expect(groupOf(kind)).toBe(group);
        expect(iconOf(kind)).toBeTruthy();
      }
    }
  });

  it('colours only what is good or bad', () => {
    expect(toneOf('deal', 'won')).toBe('good');
    expect(toneOf('payment', 'failed')).toBe('bad');
    expect(toneOf('invoice', 'issued')).toBe('');
    expect(toneOf('call', 'out')).toBe('');
  });

  it('counts whole days', () => {
    expect(daysSince('2026-01-01T23:00:00Z', '2026-01-03T22:00:00Z')).toBe(1);
  });
});

describe('fields', () => {
  it('carry what every source says', () => {
    const table = (columns: string[], rows: unknown[][]) => ({
      key: [],
      columns: columns.map((name) => ({ name, type: 'text', unit: '' })),
      rows,
    });
    const result = {
      tables: {
        fields: table(
          ['field', 'title_en', 'title_ru', 'type', 'value', 'source', 'known_at', 'differing'],
          [['city', 'City', 'Город', 'text', 'Łódź', 'hubspot', '2026-01-01T00:00:00Z', 1]],
        ),
        field_values: table(
          ['field', 'source', 'object', 'source_id', 'value', 'known_at', 'is_shown'],
          [
            ['city', 'hubspot', 'company', '7', 'Łódź', '2026-01-01T00:00:00Z', true],
            ['city', 'stripe', 'customer', 'cus_1', 'Lodz', '2026-02-01T00:00:00Z', false],
          ],
        ),
      },
    } as unknown as Result;
    const [field] = readFields(result);
    expect(field).toMatchObject({ name: 'city', value: 'Łódź', source: 'hubspot', differing: 1 });
    expect(field?.values.map((value) => value.value)).toEqual(['Łódź', 'Lodz']);
  });
});
