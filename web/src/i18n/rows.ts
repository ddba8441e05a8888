import { rowsEn } from './rows.en';
import { rowsRu } from './rows.ru';

export const kRows = { en: rowsEn, ru: rowsRu };
