import { surveyEn } from './survey.en';
import { surveyRu } from './survey.ru';

export const kSurvey = { en: surveyEn, ru: surveyRu };
