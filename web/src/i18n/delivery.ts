import { deliveryEn } from './delivery.en';
import { deliveryRu } from './delivery.ru';

export const kDelivery = { en: deliveryEn, ru: deliveryRu };
