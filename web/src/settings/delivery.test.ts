import { describe, expect, it } from 'vitest';
import type { Result } from '../api/types';
import { draftOf, paramsOf, readSending } from './delivery';

const column = (name: string) => ({ name, type: 'text' as const, unit: '' });

describe('delivery', () => {
  it('tells a file that cannot be read from channels', () => {
    const result = {
      tables: {
        channels: {
          key: ['channel'],
          columns: ['channel', 'form', 'problem', 'problem_ru'].map(column),
          rows: [
            ['mail', 'smtp', null, null],
            ['weir.toml', null, 'wrong', 'неверно'],
          ],
        },
        subscriptions: {
          key: ['id'],
          columns: ['id', 'kind', 'channel', 'days', 'quiet', 'is_changeable'].map(column),
          rows: [[3, 'brief', 'mail', 'mon,fri', '22-7', true]],
        },
      },
    } as unknown as Result;
    const sending = readSending(result);
    expect(sending.channels.map((one) => one.name)).toEqual(['mail']);
    expect(sending.problem?.ru).toBe('неверно');
    expect(sending.deliveries).toEqual([]);
    const draft = draftOf(sending.subscriptions[0], sending.channels, 'ru');
    expect([draft.days, draft.quietFrom, draft.quietUntil]).toEqual([['mon', 'fri'], '22', '7']);
    // What is shown comes back as it was.
    expect(paramsOf({ ...draft, address: 'ann@acme.example' })).toEqual({
      id: '3',
      kind: 'brief',
      channel: 'mail',
      address: 'ann@acme.example',
      language: '',
      hour: '8',
      days: ['mon', 'fri'],
      quiet: '22-7',
    });
  });

  it('asks a webhook for no address, and leaks for no hour', () => {
    const draft = draftOf(
      undefined,
      [{ name: 'sales', form: 'slack', to: '', problem: { en: '', ru: '' } }],
      'en',
    );
    const params = paramsOf({ ...draft, kind: 'leaks', address: 'ann@acme.example', quietFrom: '22' });
    expect(params).toEqual({
      kind: 'leaks',
      channel: 'sales',
      language: 'en',
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
    });
    expect(paramsOf({ ...draft, kind: 'weekly' }).days).toEqual(['mon']);
  });
});
