import { describe, expect, it } from 'vitest';
import { en } from './en';
import { ru } from './ru';

type Tree = { [key: string]: unknown };

// A sample stands for a figure and for a period.
const kPeriod = { partOf: 'quarter', isToDate: true, isCurrent: true, days: 51 };

/** Every text with its path; a text with figures is called with samples. */
function texts(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] => {
    const here = path ? `${path}.${key}` : key;
    if (typeof value === 'string') return [[here, value]];
    if (typeof value === 'function') {
      const args = Array.from({ length: value.length }, (_, at) => Object.assign(5 + at, kPeriod));
      return [[here, String((value as (...given: unknown[]) => string)(...args))]];
    }
    return texts(value as Tree, here);
  });
}

// Names of formats, conditions, and texts that are figures alone.
const kSameInBoth =
  /^(table\.csv|copy\.(png|svg)|metrics\.caption|customers\.whereExample\..*|customers\.sentence\.worksAt|customers\.details\.(google|linkedin)|codes\.functions\.\w+_operations)$/;
// Words of sources, which English shows as they are.
const kOfSources = /^customers\.details\./;

describe('texts', () => {
  it('are Russian where they should be', () => {
    const latin = texts(ru).filter(([path, text]) => !kSameInBoth.test(path) && !/[а-яё]/i.test(text));
    expect(latin).toEqual([]);
  });

  it('have the same keys in both languages', () => {
    const paths = (tree: Tree) => texts(tree).flatMap(([path]) => (kOfSources.test(path) ? [] : [path]));
    expect(paths(ru)).toEqual(paths(en));
  });

  it('do not shout', () => {
    expect([...texts(en), ...texts(ru)].filter(([, text]) => text.includes('!'))).toEqual([]);
  });
});
