import { expect, test } from 'vitest';
import { en } from '../i18n/en';
import { ru } from '../i18n/ru';
import { subjectWord, whoWord } from './audit';

const titles: Record<string, string> = { setup: 'Настройка' };
const said = (subject: string): string => subjectWord(subject, ru, (id) => titles[id]);

test('the audit log says in words what was done with what', () => {
  expect(said('setting:plan_won_amount')).toBe('План выигранной суммы');
  expect(said('setup')).toBe('Настройка');
  expect(said('import:122')).toBe('импорт 122');
  expect(said('member:salesforce:007')).toBe('сотрудник salesforce:007');
  expect(subjectWord('setting:time_zone', en, () => undefined)).toBe('Time zone');
  expect(said('something:else')).toBe('something:else');
});

test('the audit log says who has no account', () => {
  expect(whoWord('local', ru)).toBe('этот компьютер');
  expect(whoWord('local socket', en)).toBe('command line of this machine');
  expect(whoWord('olga', ru)).toBe('olga');
});
