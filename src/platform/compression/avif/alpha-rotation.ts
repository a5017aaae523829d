import { associationsOf, type AvifMeta, type AvifProperty, readAvifMeta } from './avif-items.js';

const TURNS = ['irot', 'imir'];

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
  const alpha =
    turns.length === 1 ? avif?.items.find(({ id }) => isAlpha(bytes, avif, id)) : undefined;
  if (!avif || !alpha) return bytes;
  const used = associationsOf(bytes, avif.boxes, alpha.id);
  const typeOf = (index: number) => avif.properties[index - 1]?.type ?? '';
  const replaced = used.find(({ index }) => typeOf(index) === 'pixi');
  if (!replaced || used.some(({ index }) => TURNS.includes(typeOf(index)))) return bytes;
  const rotated = Buffer.from(bytes);
  const essential = replaced.bytes === 2 ? 0x8000 : 0x80;
  const index = avif.properties.findIndex(({ start }) => start === turns[0].start) + 1;
  rotated.writeUIntBE(essential | index, replaced.at, replaced.bytes);
  return rotated;
}

const isTurn = ({ type }: AvifProperty): boolean => TURNS.includes(type);

function isAlpha(bytes: Buffer, { boxes, properties }: AvifMeta, id: number): boolean {
  return associationsOf(bytes, boxes, id).some(({ index }) => {
    const { type, payload } = properties[index - 1] ?? {};
    return type === 'auxC' && (payload?.includes(':alpha') ?? false);
  });
}
