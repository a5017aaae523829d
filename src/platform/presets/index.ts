import { amazon } from './amazon.js';
import { ebay } from './ebay.js';
import { etsy } from './etsy.js';
import { google } from './google.js';
import { meta } from './meta.js';
import { type Preset, PRESET_IDS, type PresetId } from './preset.js';
import { shopify } from './shopify.js';

export const PRESETS: Readonly<Record<PresetId, Preset>> = {
  google,
  amazon,
  ebay,
  shopify,
  meta,
  etsy,
};

export const PRESET_LIST: readonly Preset[] = PRESET_IDS.map((id) => PRESETS[id]);
