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
 * All known platforms. To add a platform, create a file next to this one and add its constant to this list.
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

/** Used for files of an unknown platform. */
export const GENERIC: Platform = {
  id: 'generic',
  title: 'Product file',
  signatures: [],
  imageColumns: [],
  serialColumns: [],
  nameColumns: [],
  sources: [],
};

/**
 * Returns the platform whose template starts with the same preamble. Otherwise, returns the platform with the
 * longest signature in the header, or `GENERIC` if no platform matches.
 *
 * @param preamble first cells of the records before the header
 */
export function recognizePlatform(
  header: readonly string[],
  preamble: readonly string[] = [],
): Platform {
  const headerKeys = new Set(header.flatMap(toColumnKeys));
  let bestMatch: { platform: Platform; matchCount: number } = { platform: GENERIC, matchCount: 0 };
  for (const platform of PLATFORMS) {
    const { preamble: start } = platform;
    if (start && preamble.some((cell) => cell.startsWith(start))) return platform;
    for (const signature of platform.signatures) {
      if (signature.length <= bestMatch.matchCount) continue;
      if (signature.every((name) => headerKeys.has(toColumnKey(name)))) {
        bestMatch = { platform, matchCount: signature.length };
      }
    }
  }
  return bestMatch.platform;
}

/** Returns true if a header cell has one of the names. `#` in a name matches a number. */
export function hasName(cell: string, names: readonly string[]): boolean {
  const keys = toColumnKeys(cell).flatMap((key) => [key, key.replace(/\d+/, '#')]);
  return names.some((name) =>
    keys.includes(
      name.includes('#') ? name.split('#').map(toColumnKey).join('#') : toColumnKey(name),
    ),
  );
}

/** Returns the keys of a header cell, with and without Amazon's selectors: `[marketplace_id=A1PA6795UKMFR9]`. */
function toColumnKeys(cell: string): string[] {
  const key = toColumnKey(cell);
  return cell.includes('[') ? [key, toColumnKey(cell.replaceAll(/\[[^[\]]*\]/g, ''))] : [key];
}

export const getPlatform = (id: string): Platform =>
  PLATFORMS.find((platform) => platform.id === id) ?? GENERIC;
