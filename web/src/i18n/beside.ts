import { besideEn } from './beside.en';
import { besideRu } from './beside.ru';

export const kBeside = { en: besideEn, ru: besideRu };
