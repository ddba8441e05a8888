import { describe, expect, it } from 'vitest';
import { en } from '../i18n/en';
import { kRecipes } from '../i18n/recipes';
import { ru } from '../i18n/ru';
import { brokenLine, linesOf, readProposals, readRecipes, tidy, valuesOf } from './recipes';

const column = (name: string) => ({ name, type: 'text', unit: '', title: { en: name, ru: name } });
const table = (names: string[], rows: (string | number | null)[][]) => ({
  key: [],
  columns: names.map(column),
  rows,
});
const answer = (tables: Record<string, ReturnType<typeof table>>) => ({ tables, warnings: [] }) as never;

describe('recipes', () => {
  it('are read with their steps', () => {
    const [one] = readRecipes(
      answer({
        recipes: table(
          ['recipe', 'name', 'entity', 'version', 'state', 'steps', 'values', 'minutes_saved', 'decision_id'],
          [
            [
              '3',
              'Phones',
              'person',
              2,
              'off',
              '[{"field":"phone","do":"phone","region":"DE"}]',
              12,
              '4.0',
              null,
            ],
          ],
        ),
      }),
    );
    expect(one).toMatchObject({ id: '3', version: 2, isOn: false, values: 12, minutes: 4, decision: null });
    expect(one?.steps).toEqual([{ field: 'phone', do: 'phone', region: 'DE' }]);
  });

  it('are proposed by field', () => {
    const [one] = readProposals(
      answer({
        proposals: table(
          ['entity', 'field', 'records', 'minutes_saved', 'name', 'steps'],
          [
            [
              'account',
              'industry',
              7,
              '2.3',
              'industry: IT',
              '[{"field":"industry","do":"map","values":{"IT":"Tech"}}]',
            ],
          ],
        ),
      }),
    );
    expect(one).toMatchObject({ field: 'industry', records: 7, minutes: 2.3 });
    expect(one?.steps[0]?.values).toEqual({ IT: 'Tech' });
  });
});

describe('fields of steps', () => {
  // hygiene.recipes: those of src/hygiene/recipe.cc.
  const kFields =
    'name legal_name domain website email tax_id country region city industry currency phone type segment account_name first_name last_name full_name mobile title lifecycle_stage source company channel medium landing_page lead_source loss_reason next_step';
  it.each([en, ru])('have names in both languages', (t) => {
    const names = { ...t.corrections.fields, ...kRecipes[t === ru ? 'ru' : 'en'].fields };
    expect(kFields.split(' ').filter((field) => !names[field])).toEqual([]);
  });
});

describe('values of a step', () => {
  it('are lines', () => {
    expect(valuesOf('I.T. = Technology\n\n a=b = c \nSelect =')).toEqual({
      'I.T.': 'Technology',
      'a=b': 'c',
      Select: '',
    });
    expect(linesOf({ 'I.T.': 'Technology', Select: '' })).toBe('I.T. = Technology\nSelect = ');
    expect(valuesOf(linesOf({ a: 'b', c: '' }))).toEqual({ a: 'b', c: '' });
  });

  it('are refused where a line says nothing of what becomes of what', () => {
    expect(brokenLine('Energy = Power\n\n Media Publishing \nn/a')).toEqual({
      line: 3,
      text: 'Media Publishing',
    });
    expect(brokenLine(' = Power')).toEqual({ line: 1, text: '= Power' });
    expect(brokenLine('Energy = Power\n\nSelect =\n')).toBeUndefined();
    expect(brokenLine('')).toBeUndefined();
  });

  it('lose what another action took', () => {
    const step = { field: 'name', do: 'trim', pattern: 'x', values: { a: 'b' }, region: 'DE' };
    expect(tidy(step)).toEqual({ field: 'name', do: 'trim' });
    expect(tidy({ ...step, do: 'phone' })).toEqual({ field: 'name', do: 'phone', region: 'DE' });
    expect(tidy({ ...step, do: 'replace' })).toEqual({
      field: 'name',
      do: 'replace',
      pattern: 'x',
      with: '',
    });
    expect(tidy({ ...step, do: 'split_name' })).toEqual({ field: 'full_name', do: 'split_name' });
  });
});
