import { healthEn } from './health.en';
import { healthRu } from './health.ru';

export const kHealth = { en: healthEn, ru: healthRu };
