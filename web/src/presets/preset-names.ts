import type { PresetId } from '../api/types.js';

/** Short names of the marketplaces, for example in the column `Google check`. */
export const PRESET_NAMES: Readonly<Record<PresetId, string>> = {
  google: 'Google',
  amazon: 'Amazon',
  ebay: 'eBay',
  shopify: 'Shopify',
  meta: 'Meta',
  etsy: 'Etsy',
};
