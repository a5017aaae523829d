import { findAlphaItem } from './alpha-item.js';
import { readAssociations, type AvifProperty, readAvifMeta } from './avif-items.js';

/**
 * Rotates the alpha of an AVIF like its color. Some encoders rotate only the color. Browsers then rotate both, but
 * sharp would add the alpha without rotation. The rotation replaces the `pixi` property of the alpha,
 * which sharp does not need.
 *
 * @returns the original bytes for all other files
 */
export function rotateAlpha(bytes: Buffer): Buffer {
  const avif = readAvifMeta(bytes);
  const rotations = avif?.primary?.properties.filter(isRotationOrMirror) ?? [];
  const alpha = avif && rotations.length === 1 ? findAlphaItem(bytes, avif) : undefined;
  if (!avif || !alpha || alpha.properties.some(isRotationOrMirror)) return bytes;
  const findPropertyIndex = (property: AvifProperty) =>
    avif.properties.findIndex(({ start }) => start === property.start) + 1;
  const pixiAssociation = readAssociations(bytes, avif.boxes, alpha.item.id).find(
    ({ index }) => avif.properties[index - 1]?.type === 'pixi',
  );
  if (!pixiAssociation) return bytes;
  const rotated = Buffer.from(bytes);
  const essentialFlag = pixiAssociation.size === 2 ? 0x8000 : 0x80;
  rotated.writeUIntBE(
    essentialFlag | findPropertyIndex(rotations[0]),
    pixiAssociation.offset,
    pixiAssociation.size,
  );
  return rotated;
}

const isRotationOrMirror = ({ type }: AvifProperty): boolean => type === 'irot' || type === 'imir';
