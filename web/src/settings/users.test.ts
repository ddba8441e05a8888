import { expect, test } from 'vitest';

import { draftOf, paramsOf, readUsers } from './users';

const kTable = {
  key: ['name'],
  columns: ['name', 'role', 'teams', 'sees_all_rows', 'sees_personal_data', 'is_active', 'has_password'].map(
    (name) => ({ name, type: 'text' as const, unit: '' }),
  ),
  rows: [
    ['max', 'member', '["t1","t2"]', false, true, true, true],
    ['vera', 'viewer', '[]', true, false, false, false],
  ],
};

test('accounts are read from the answer', () => {
  const [max, vera] = readUsers(kTable);
  expect(max).toMatchObject({ name: 'max', teams: ['t1', 't2'], seesAllRows: false, isActive: true });
  expect(vera).toMatchObject({ seesAllRows: true, seesPersonalData: false, hasPassword: false });
});

test('a form says what its role leaves open, and nothing else', () => {
  const [max, vera] = readUsers(kTable);
  expect(paramsOf(draftOf(max, 'member'))).toMatchObject({ role: 'member', teams: ['t1'] });
  expect(paramsOf({ ...draftOf(max, 'member'), role: 'manager' })).toMatchObject({ teams: ['t1', 't2'] });
  expect(paramsOf(draftOf(max, 'member'))).not.toHaveProperty('rows');
  expect(paramsOf({ ...draftOf(max, 'member'), role: 'analyst' })).toMatchObject({ teams: [] });
  expect(paramsOf(draftOf(vera, 'member'))).toMatchObject({ rows: 'all', personal: 'masked', teams: [] });
  expect(paramsOf(draftOf(undefined, 'owner'))).toMatchObject({ role: 'owner', name: '' });
});
