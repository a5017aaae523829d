import type { RawImage } from './local-error.js';

const TRANSPARENT = 0;
const OPAQUE = 255;
/** Share of the fully opaque and fully transparent pixels that may change without speckles. */
const MAX_CHANGED_SHARE = 1e-4;
/** Difference of the opacity of a pixel, 0 to 255, that is corrected too. */
const MAX_ALPHA_ERROR = 20;

/**
 * Returns pixels of a palette in which fully opaque and fully transparent pixels are so again. Dithering
 * along a soft shadow changes some of them, which look like speckles on another background.
 *
 * @param shown the pixels of the palette image, RGBA; only its colors are used
 * @returns undefined if nearly all of these pixels are unchanged
 */
export function withExactAlpha(source: RawImage, shown: RawImage): RawImage | undefined {
  const [before, after] = [source.data, shown.data];
  const changed: number[] = [];
  const distant: number[] = [];
  let extremes = 0;
  for (let at = 0; at < before.length; at += 4) {
    const alpha = before[at + 3];
    if (alpha !== TRANSPARENT && alpha !== OPAQUE) {
      if (Math.abs(after[at + 3] - alpha) > MAX_ALPHA_ERROR) distant.push(at);
      continue;
    }
    extremes++;
    if (after[at + 3] !== alpha) changed.push(at);
  }
  if (changed.length <= extremes * MAX_CHANGED_SHARE) return undefined;
  const colors = colorsOf(after);
  const data = Buffer.from(after);
  for (const at of changed) {
    const nearest = nearestColor(colors.get(before[at + 3]) ?? [], before, at);
    if (nearest !== undefined) data.writeUInt32LE(nearest, at);
  }
  const all = [...colors.values()].flat();
  for (const at of distant) data.writeUInt32LE(nearestColor(all, before, at)!, at);
  return { ...shown, data };
}

/** Returns the colors by their alpha. */
function colorsOf(data: Buffer): Map<number, number[]> {
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
