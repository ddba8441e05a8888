import { expect, test } from 'vitest';

import { browserName } from './account';

test('browsers are called as people call them', () => {
  const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36';
  expect(browserName(chrome)).toBe('Chrome, Windows');
  expect(browserName(`${chrome} Edg/126.0`)).toBe('Edge, Windows');
  expect(browserName('Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0')).toBe(
    'Firefox, Linux',
  );
  expect(browserName('curl/8.5.0')).toBe('curl');
  expect(browserName('something else entirely')).toBe('something else entirely');
});
