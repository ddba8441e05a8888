import { recipesEn } from './recipes.en';
import { recipesRu } from './recipes.ru';

export const kRecipes = { en: recipesEn.recipes, ru: recipesRu.recipes };
