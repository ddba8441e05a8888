// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { filled } from './save';

const page = '<html><script id="weir-report" type="application/json"></script><p>after</p></html>';
const kept = { lang: 'ru' as const, query: 'team=a', answers: { pulse: { lead: '</script><b>&' } } };

describe('a report made in the page', () => {
  it('holds the answers, which cannot end the element that holds them', () => {
    const text = filled(page, kept);
    const report = new DOMParser().parseFromString(text, 'text/html');
    expect(report.querySelectorAll('script, p, b')).toHaveLength(2);
    expect(JSON.parse(report.getElementById('weir-report')?.textContent ?? '')).toEqual(kept);
  });

  it('is refused where the page has no place for it', () => {
    expect(() => filled('<html></html>', kept)).toThrow('no place');
  });
});
