import { forecastEn } from './forecast.en';
import { forecastRu } from './forecast.ru';

export const kForecast = { en: forecastEn, ru: forecastRu };
