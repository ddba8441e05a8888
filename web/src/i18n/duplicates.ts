import { duplicatesEn } from './duplicates.en';
import { duplicatesRu } from './duplicates.ru';

export const kDuplicates = { en: duplicatesEn, ru: duplicatesRu };
