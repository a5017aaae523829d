import type { RawImage } from './local-error.js';

const TRANSPARENT = 0;
const OPAQUE = 255;
/** Share of the fully opaque and fully transparent pixels that may change without visible speckles. */
const MAX_CHANGED_SHARE = 1e-4;
/** Opacity difference of a pixel, 0 to 255, above which it is also corrected. */
const MAX_ALPHA_ERROR = 20;

/**
 * Maximum number of pixels that are corrected. Each is compared with all colors, so correcting more could exceed
 * DECODE_TIMEOUT_SECONDS.
 */
const MAX_CORRECTED_PIXELS = 1_000_000;

/**
 * Restores the fully opaque and fully transparent pixels of a palette image. Dithering along a soft shadow
 * changes some of them, which look like speckles on a different background.
 *
 * @param decoded RGBA pixels of the palette image. The result uses only its colors.
 * @returns `decoded` if nearly all of these pixels are unchanged; undefined if too many have changed
 */
export function restoreExactAlpha(source: RawImage, decoded: RawImage): RawImage | undefined {
  const [sourceData, decodedData] = [source.data, decoded.data];
  let [extremeCount, changedExtremeCount, changedOtherCount] = [0, 0, 0];
  for (let offset = 3; offset < sourceData.length; offset += 4) {
    if (isOpaqueOrTransparent(sourceData[offset])) extremeCount++;
    if (!isAlphaWrong(sourceData[offset], decodedData[offset])) continue;
    if (isOpaqueOrTransparent(sourceData[offset])) changedExtremeCount++;
    else changedOtherCount++;
  }
  if (changedExtremeCount <= extremeCount * MAX_CHANGED_SHARE) return decoded;
  if (changedExtremeCount + changedOtherCount > MAX_CORRECTED_PIXELS) return undefined;
  const colorsByAlpha = groupColorsByAlpha(decodedData);
  const allColors = [...colorsByAlpha.values()].flat();
  const data = Buffer.from(decodedData);
  for (let position = 0; position < sourceData.length; position += 4) {
    const alpha = sourceData[position + 3];
    if (!isAlphaWrong(alpha, decodedData[position + 3])) continue;
    const candidates = isOpaqueOrTransparent(alpha) ? (colorsByAlpha.get(alpha) ?? []) : allColors;
    const nearestColor = findNearestColor(candidates, sourceData, position);
    if (nearestColor !== undefined) data.writeUInt32LE(nearestColor, position);
  }
  return { ...decoded, data };
}

const isOpaqueOrTransparent = (alpha: number): boolean => alpha === TRANSPARENT || alpha === OPAQUE;

const isAlphaWrong = (alpha: number, decoded: number): boolean =>
  isOpaqueOrTransparent(alpha) ? decoded !== alpha : Math.abs(decoded - alpha) > MAX_ALPHA_ERROR;

function groupColorsByAlpha(data: Buffer): Map<number, number[]> {
  const uniqueColors = new Set<number>();
  for (let offset = 0; offset < data.length; offset += 4)
    uniqueColors.add(data.readUInt32LE(offset));
  const colorsByAlpha = new Map<number, number[]>();
  for (const color of uniqueColors) {
    const alpha = color >>> 24;
    colorsByAlpha.set(alpha, [...(colorsByAlpha.get(alpha) ?? []), color]);
  }
  return colorsByAlpha;
}

function findNearestColor(colors: number[], pixels: Buffer, offset: number): number | undefined {
  let [nearestColor, minDistance] = [colors[0] as number | undefined, Infinity];
  for (const color of colors) {
    let distance = 0;
    for (let c = 0; c < 4; c++) distance += (((color >> (8 * c)) & 255) - pixels[offset + c]) ** 2;
    if (distance < minDistance) [nearestColor, minDistance] = [color, distance];
  }
  return nearestColor;
}
