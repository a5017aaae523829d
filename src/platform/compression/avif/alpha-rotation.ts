import { findAlpha } from './alpha-item.js';
import { associationsOf, type AvifProperty, readAvifMeta } from './avif-items.js';

/**
 * Rotates the alpha of an AVIF as its color. Some encoders rotate only the color, which browsers apply to both. The
 * library would add the alpha as stored. The rotation replaces `pixi` of the alpha, which the library does
 * not need.
 *
 * @returns the original bytes for all other files
 */
export function rotateAlpha(bytes: Buffer): Buffer {
  const avif = readAvifMeta(bytes);
  const turns = avif?.primary?.properties.filter(isTurn) ?? [];
  const alpha = avif && turns.length === 1 ? findAlpha(bytes, avif) : undefined;
  if (!avif || !alpha || alpha.properties.some(isTurn)) return bytes;
  const indexOf = (wanted: AvifProperty) =>
    avif.properties.findIndex(({ start }) => start === wanted.start) + 1;
  const replaced = associationsOf(bytes, avif.boxes, alpha.item.id).find(
    ({ index }) => avif.properties[index - 1]?.type === 'pixi',
  );
  if (!replaced) return bytes;
  const rotated = Buffer.from(bytes);
  const essential = replaced.bytes === 2 ? 0x8000 : 0x80;
  rotated.writeUIntBE(essential | indexOf(turns[0]), replaced.at, replaced.bytes);
  return rotated;
}

const isTurn = ({ type }: AvifProperty): boolean => type === 'irot' || type === 'imir';
