import type { RawImage } from './local-error.js';

const TRANSPARENT = 0;
const OPAQUE = 255;
/** Share of the fully opaque and fully transparent pixels that may change without speckles. */
const MAX_CHANGED_SHARE = 1e-4;

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
  let extremes = 0;
  for (let at = 0; at < before.length; at += 4) {
    const alpha = before[at + 3];
    if (alpha !== TRANSPARENT && alpha !== OPAQUE) continue;
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
  return { ...shown, data };
}

/** Returns the fully transparent and the fully opaque colors, by their alpha. */
function colorsOf(data: Buffer): Map<number, number[]> {
  const found = new Set<number>();
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3];
    if (alpha === TRANSPARENT || alpha === OPAQUE) found.add(data.readUInt32LE(at));
  }
  const colors = [...found];
  return new Map(
    [TRANSPARENT, OPAQUE].map((alpha) => [alpha, colors.filter((color) => color >>> 24 === alpha)]),
  );
}

function nearestColor(colors: number[], pixels: Buffer, at: number): number | undefined {
  let [nearest, least] = [colors[0] as number | undefined, Infinity];
  for (const color of colors) {
    let distance = 0;
    for (let c = 0; c < 3; c++) distance += (((color >> (8 * c)) & 255) - pixels[at + c]) ** 2;
    if (distance < least) [nearest, least] = [color, distance];
  }
  return nearest;
}
