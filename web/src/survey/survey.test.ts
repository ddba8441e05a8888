import { describe, expect, it } from 'vitest';
import {
  chosenAfter,
  hasAnswered,
  isOnlyHere,
  keepAnswered,
  readLinks,
  respondentOf,
  type FormSurvey,
} from './survey';

const survey = (most: number, none = ''): FormSurvey => ({
  id: 's',
  title: { en: '', ru: '' },
  question: { en: '', ru: '' },
  most,
  none,
  options: [],
});

describe('the form', () => {
  it('takes a click back, and no more than may be chosen', () => {
    expect(chosenAfter(survey(2), ['a'], 'a')).toEqual([]);
    expect(chosenAfter(survey(2), ['a'], 'b')).toEqual(['a', 'b']);
    expect(chosenAfter(survey(2), ['a', 'b'], 'c')).toEqual(['a', 'b']);
    expect(chosenAfter(survey(0), ['a', 'b'], 'c')).toEqual(['a', 'b', 'c']);
  });
  it('has one answer where one is asked for, and "none" alone', () => {
    expect(chosenAfter(survey(1), ['a'], 'b')).toEqual(['b']);
    expect(chosenAfter(survey(0, 'none'), ['a', 'b'], 'none')).toEqual(['none']);
    expect(chosenAfter(survey(0, 'none'), ['none'], 'a')).toEqual(['a']);
  });
});

describe('a browser', () => {
  it('is the same for a link, and another for another', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    } as Storage;
    const first = respondentOf('a'.repeat(64), storage);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(respondentOf('a'.repeat(64), storage)).toBe(first);
    expect(respondentOf('b'.repeat(64), storage)).not.toBe(first);
    // A number is made before the server takes the answer.
    expect(hasAnswered('a'.repeat(64), storage)).toBe(false);
    keepAnswered('a'.repeat(64), storage);
    expect(hasAnswered('a'.repeat(64), storage)).toBe(true);
    expect(hasAnswered('b'.repeat(64), storage)).toBe(false);
    expect(hasAnswered('a'.repeat(64), undefined)).toBe(false);
  });

  it('knows an address that no other machine can open', () => {
    expect(['localhost', '127.0.0.1', '[::1]'].every(isOnlyHere)).toBe(true);
    expect(['weir.example.com', '10.0.0.5', '127.example.com'].some(isOnlyHere)).toBe(false);
  });
});

describe('links', () => {
  it('end and fill up by themselves', () => {
    const row = (answers: number, until: string, state = 'open') => [1, 'Sales', state, answers, 3, until];
    const columns = ['link', 'department', 'state', 'answers', 'most', 'expires_at'].map((name) => ({
      name,
      type: 'text' as const,
      unit: '',
    }));
    const rows = [
      row(1, '2026-03-02T00:00:00Z'),
      row(3, '2026-03-02T00:00:00Z'),
      row(1, '2026-03-01T00:00:00Z'),
      row(3, '2026-03-01T00:00:00Z', 'revoked'),
    ];
    const result = { tables: { links: { key: ['link'], columns, rows } } } as never;
    const states = readLinks(result, new Date('2026-03-01T12:00:00Z')).map((one) => one.state);
    expect(states).toEqual(['open', 'full', 'ended', 'revoked']);
  });
});
