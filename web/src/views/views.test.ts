import { describe, expect, test } from 'vitest';
import { isAt } from './views';

describe('isAt', () => {
  test('a view is its page with the same query, in any order', () => {
    expect(isAt('/catalog/won_amount?by=team&period=all', '/catalog/won_amount', '?period=all&by=team')).toBe(
      true,
    );
    expect(isAt('/catalog/won_amount?by=team', '/catalog/won_amount', '')).toBe(false);
    expect(isAt('/catalog/won_amount?by=team', '/catalog/lost_amount', '?by=team')).toBe(false);
    expect(isAt('/', '/', '')).toBe(true);
    expect(isAt('/?team=a', '/', '?team=a')).toBe(true);
    expect(isAt('/', '/', '?team=a')).toBe(false);
  });
});
