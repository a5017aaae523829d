import { type AvifProperty, readAvifMeta } from './avif-items.js';

/** Numerators and denominators of width, height, horizontal and vertical offset. */
const APERTURE_BYTES = 32;

/**
 * Removes the crop (`clap`) of an AVIF unless it begins at the top left corner. Chromium ignores such a crop and an
 * invalid one, but sharp always crops.
 *
 * @returns the original bytes for all other files
 */
export function removeCrop(bytes: Buffer): Buffer {
  const avif = readAvifMeta(bytes);
  const properties = avif?.primary?.properties ?? [];
  const aperture = properties.find(({ type }) => type === 'clap');
  const imageExtent = properties.find(({ type }) => type === 'ispe');
  if (!avif || !aperture || !imageExtent || beginsAtCorner(aperture, imageExtent)) return bytes;
  const uncropped = Buffer.from(bytes);
  // Changes the type in place, so the indexes of the properties remain valid.
  for (const { type, start } of avif.properties) {
    if (type === 'clap') uncropped.write('free', start + 4, 'latin1');
  }
  return uncropped;
}

function beginsAtCorner({ payload: aperture }: AvifProperty, { payload: extent }: AvifProperty) {
  if (aperture.length < APERTURE_BYTES || extent.length < 12) return false;
  return [0, 8].every((position) => {
    const side = extent.readUInt32BE(position === 0 ? 4 : 8);
    const croppedSide = aperture.readUInt32BE(position) / aperture.readUInt32BE(position + 4);
    const offset = aperture.readInt32BE(position + 16) / aperture.readInt32BE(position + 20);
    return offset + (side - croppedSide) / 2 === 0;
  });
}
