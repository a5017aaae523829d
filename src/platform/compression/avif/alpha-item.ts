import { associationsOf, type AvifItem, type AvifMeta, type AvifProperty } from './avif-items.js';

/** The coded image that holds the opacity of an AVIF. */
export interface AlphaItem {
  item: AvifItem;
  properties: AvifProperty[];
}

export function findAlpha(
  bytes: Buffer,
  { boxes, items, properties }: AvifMeta,
): AlphaItem | undefined {
  for (const item of items) {
    const used = associationsOf(bytes, boxes, item.id).flatMap(
      ({ index }) => properties[index - 1] ?? [],
    );
    const isAlpha = used.some(({ type, payload }) => type === 'auxC' && payload.includes(':alpha'));
    if (isAlpha) return { item, properties: used };
  }
  return undefined;
}
