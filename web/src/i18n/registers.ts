import { registersEn } from './registers.en';
import { registersRu } from './registers.ru';

export const kRegisterWords = { en: registersEn.registers, ru: registersRu.registers };
