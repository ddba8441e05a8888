import { pipelineEn } from './pipeline.en';
import { pipelineRu } from './pipeline.ru';

export const kPipeline = { en: pipelineEn, ru: pipelineRu };
