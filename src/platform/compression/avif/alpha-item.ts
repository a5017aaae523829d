import { readAssociations, type AvifItem, type AvifMeta, type AvifProperty } from './avif-items.js';

/** The auxiliary image item that contains the alpha plane of an AVIF image. */
export interface AlphaItem {
  item: AvifItem;
  properties: AvifProperty[];
}

export function findAlphaItem(
  bytes: Buffer,
  { boxes, items, properties }: AvifMeta,
): AlphaItem | undefined {
  for (const item of items) {
    const itemProperties = readAssociations(bytes, boxes, item.id).flatMap(
      ({ index }) => properties[index - 1] ?? [],
    );
    const isAlpha = itemProperties.some(
      ({ type, payload }) => type === 'auxC' && payload.includes(':alpha'),
    );
    if (isAlpha) return { item, properties: itemProperties };
  }
  return undefined;
}
