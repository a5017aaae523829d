import { type AvifProperty, readAvifMeta } from './avif-items.js';

/** Numerators and denominators of width, height, horizontal and vertical offset. */
const APERTURE_BYTES = 32;

/**
 * Removes the crop (`clap`) of an AVIF unless it begins at the top left corner. Chromium shows the whole image
 * then, and also for an invalid crop. The library always crops.
 *
 * @returns the original bytes for all other files
 */
export function removeCrop(bytes: Buffer): Buffer {
  const avif = readAvifMeta(bytes);
  const properties = avif?.primary?.properties ?? [];
  const aperture = properties.find(({ type }) => type === 'clap');
  const extent = properties.find(({ type }) => type === 'ispe');
  if (!avif || !aperture || !extent || beginsAtCorner(aperture, extent)) return bytes;
  const whole = Buffer.from(bytes);
  // The indexes of the properties stay.
  for (const { type, start } of avif.properties) {
    if (type === 'clap') whole.write('free', start + 4, 'latin1');
  }
  return whole;
}

function beginsAtCorner({ payload: aperture }: AvifProperty, { payload: extent }: AvifProperty) {
  if (aperture.length < APERTURE_BYTES || extent.length < 12) return false;
  return [0, 8].every((at) => {
    const side = extent.readUInt32BE(at === 0 ? 4 : 8);
    const cropped = aperture.readUInt32BE(at) / aperture.readUInt32BE(at + 4);
    const offset = aperture.readInt32BE(at + 16) / aperture.readInt32BE(at + 20);
    return offset + (side - cropped) / 2 === 0;
  });
}
