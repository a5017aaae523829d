export type { Platform } from './platform.js';
import { akeneo } from './akeneo.js';
import { amazon } from './amazon.js';
import { bigcommerce } from './bigcommerce.js';
import { ebay } from './ebay.js';
import { ecwid } from './ecwid.js';
import { etsy } from './etsy.js';
import { googleMerchant } from './google-merchant.js';
import { heureka } from './heureka.js';
import { lightspeed } from './lightspeed.js';
import { magento } from './magento.js';
import { meta } from './meta.js';
import { odoo } from './odoo.js';
import { opencart } from './opencart.js';
import { prestashop } from './prestashop.js';
import { shopify } from './shopify.js';
import { shopware } from './shopware.js';
import { squarespace } from './squarespace.js';
import { wix } from './wix.js';
import { woocommerce } from './woocommerce.js';
import { yandexMarket } from './yandex-market.js';
import type { Platform } from './platform.js';
import { toColumnKey } from '../columns/normalize-header.js';

/**
 * All known platforms. To add one, create a file next to this one and add its name to this list.
 */
export const PLATFORMS: readonly Platform[] = [
  shopify,
  woocommerce,
  magento,
  bigcommerce,
  prestashop,
  wix,
  squarespace,
  googleMerchant,
  meta,
  amazon,
  etsy,
  ebay,
  yandexMarket,
  heureka,
  akeneo,
  odoo,
  opencart,
  ecwid,
  shopware,
  lightspeed,
];

/** Files of an unknown platform. */
export const GENERIC: Platform = {
  id: 'generic',
  title: 'Product file',
  signatures: [],
  images: [],
  serial: [],
  name: [],
  sources: [],
};

/**
 * Returns the platform whose template starts like the file, or whose longest signature is in the header.
 * Returns `GENERIC` if there is none.
 *
 * @param preamble first cells of the records before the header
 */
export function recognizePlatform(
  header: readonly string[],
  preamble: readonly string[] = [],
): Platform {
  const present = new Set(header.flatMap(columnKeys));
  let best: { platform: Platform; matched: number } = { platform: GENERIC, matched: 0 };
  for (const platform of PLATFORMS) {
    const { preamble: start } = platform;
    if (start && preamble.some((cell) => cell.startsWith(start))) return platform;
    for (const signature of platform.signatures) {
      if (signature.length <= best.matched) continue;
      if (signature.every((name) => present.has(toColumnKey(name)))) {
        best = { platform, matched: signature.length };
      }
    }
  }
  return best.platform;
}

/** True when a header cell has one of the names. `#` in a name matches a number. */
export function hasName(header: string, names: readonly string[]): boolean {
  const keys = columnKeys(header).flatMap((key) => [key, key.replace(/\d+/, '#')]);
  return names.some((name) =>
    keys.includes(
      name.includes('#') ? name.split('#').map(toColumnKey).join('#') : toColumnKey(name),
    ),
  );
}

/** Returns the keys of a header cell, with and without Amazon's selectors: `[marketplace_id=A1PA6795UKMFR9]`. */
function columnKeys(header: string): string[] {
  const key = toColumnKey(header);
  return header.includes('[') ? [key, toColumnKey(header.replaceAll(/\[[^[\]]*\]/g, ''))] : [key];
}

export const platformWithId = (id: string): Platform =>
  PLATFORMS.find((platform) => platform.id === id) ?? GENERIC;
