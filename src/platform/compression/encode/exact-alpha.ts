import type { RawImage } from './local-error.js';

const TRANSPARENT = 0;
const OPAQUE = 255;
/** Share of the fully opaque and fully transparent pixels that may change without speckles. */
const MAX_CHANGED_SHARE = 1e-4;
/** Opacity difference of a pixel, 0 to 255, above which it is corrected too. */
const MAX_ALPHA_ERROR = 20;

/**
 * Maximum number of pixels that are corrected. Each is compared with all colors, so more could exceed
 * DECODE_TIMEOUT_SECONDS.
 */
const MAX_CORRECTED_PIXELS = 1_000_000;

/**
 * Returns palette pixels with restored fully opaque and fully transparent pixels. Dithering along a
 * soft shadow changes some of them, which look like speckles on another background.
 *
 * @param shown the pixels of the palette image, RGBA; only its colors are used
 * @returns `shown` if nearly all of these pixels are unchanged; undefined if too many are changed
 */
export function withExactAlpha(source: RawImage, shown: RawImage): RawImage | undefined {
  const [before, after] = [source.data, shown.data];
  let [extremes, changed, changedOther] = [0, 0, 0];
  for (let at = 3; at < before.length; at += 4) {
    if (isExtreme(before[at])) extremes++;
    if (!isWrong(before[at], after[at])) continue;
    if (isExtreme(before[at])) changed++;
    else changedOther++;
  }
  if (changed <= extremes * MAX_CHANGED_SHARE) return shown;
  if (changed + changedOther > MAX_CORRECTED_PIXELS) return undefined;
  const colors = groupColorsByAlpha(after);
  const all = [...colors.values()].flat();
  const data = Buffer.from(after);
  for (let at = 0; at < before.length; at += 4) {
    const alpha = before[at + 3];
    if (!isWrong(alpha, after[at + 3])) continue;
    const allowed = isExtreme(alpha) ? (colors.get(alpha) ?? []) : all;
    const nearest = nearestColor(allowed, before, at);
    if (nearest !== undefined) data.writeUInt32LE(nearest, at);
  }
  return { ...shown, data };
}

const isExtreme = (alpha: number): boolean => alpha === TRANSPARENT || alpha === OPAQUE;

const isWrong = (alpha: number, shown: number): boolean =>
  isExtreme(alpha) ? shown !== alpha : Math.abs(shown - alpha) > MAX_ALPHA_ERROR;

/** Groups the colors by alpha. */
function groupColorsByAlpha(data: Buffer): Map<number, number[]> {
  const found = new Set<number>();
  for (let at = 0; at < data.length; at += 4) found.add(data.readUInt32LE(at));
  const colors = new Map<number, number[]>();
  for (const color of found) {
    const alpha = color >>> 24;
    colors.set(alpha, [...(colors.get(alpha) ?? []), color]);
  }
  return colors;
}

function nearestColor(colors: number[], pixels: Buffer, at: number): number | undefined {
  let [nearest, least] = [colors[0] as number | undefined, Infinity];
  for (const color of colors) {
    let distance = 0;
    for (let c = 0; c < 4; c++) distance += (((color >> (8 * c)) & 255) - pixels[at + c]) ** 2;
    if (distance < least) [nearest, least] = [color, distance];
  }
  return nearest;
}
