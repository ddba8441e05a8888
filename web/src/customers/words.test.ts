import { describe, expect, it } from 'vitest';
import { en } from '../i18n/en';
import { ru } from '../i18n/ru';
import { codeWord, fieldWord, scoreWord, statusWord, wordIn } from './words';

describe('codes of sources', () => {
  it('are known however they are spelt', () => {
    for (const spelt of ['Connected', 'connected', 'CONNECTED'])
      expect(wordIn(ru.customers.details, spelt)).toBe('дозвонились');
    expect(wordIn(ru.customers.details, 'paid_search')).toBe('реклама в поиске');
    expect(wordIn(en.customers.details, 'paid_search')).toBe('paid search');
  });

  it('leave alone what people wrote', () => {
    const written = 'Просят скидку. - перезвонить';
    expect(wordIn(ru.customers.details, written)).toBe(written);
    expect(fieldWord('account', 'type', 'new', ru)).toBe('new');
    expect(codeWord('accounts', 'type', 'Customer - Direct', ru)).toBeUndefined();
    expect(codeWord('deals', 'name', 'best_case', ru)).toBeUndefined();
  });

  it('of a deal are words in both languages', () => {
    expect(fieldWord('deal', 'type', 'new', ru)).toBe('новая');
    expect(fieldWord('deal', 'forecast_category', 'pipeline', ru)).toBe('в воронке');
    expect(fieldWord('deal', 'forecast_category', 'best_case', en)).toBe('best case');
    expect(codeWord('deals', 'type', 'renewal', ru)).toBe('продление');
  });

  it('of a status depend on what has it', () => {
    expect(statusWord('deals', 'open', ru)).toBe('открыта');
    expect(statusWord('invoices', 'open', ru)).toBe('не оплачен');
    expect(statusWord('tickets', 'open', ru)).toBe('открыто');
    expect(statusWord('contracts', 'Activated', ru)).toBe('действует');
    expect(statusWord('leads', 'Неразобранное', ru)).toBe('Неразобранное');
  });

  it('of answers have their scale', () => {
    expect(scoreWord('nps', '9', 'generic', ru)).toBe('9 из 10');
    expect(scoreWord('nps', '9', 'generic', en)).toBe('9 of 10');
    expect(scoreWord('csat', '0', 'zendesk', ru)).toBe('недоволен');
    expect(scoreWord('csat', '1', 'zendesk', en)).toBe('satisfied');
    expect(scoreWord('csat', '4', 'olist', ru)).toBe('оценка 4');
    expect(scoreWord('nps', '', 'generic', ru)).toBe('');
  });
});
