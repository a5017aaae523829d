/** Raw pixels of 8 bits, as returned by the library. */
export interface RawImage {
  data: Buffer;
  width: number;
  height: number;
  channels: number;
}

/** Side of a cell in pixels. Dithering averages out within it; a lost color does not. */
const CELL = 4;

/**
 * Returns cells of an image whose mean color differs between two versions by more than `tolerance` (0 to
 * 255) in any channel. Colors are weighted by opacity.
 *
 * @returns positions of the cells' top left pixels, at most `max`
 */
export function findDifferingCells(
  source: RawImage,
  other: RawImage,
  tolerance: number,
  max: number,
): { x: number; y: number }[] {
  const { width, height, channels } = source;
  const [a, b] = [source.data, other.data];
  const hasAlpha = channels === 2 || channels === 4;
  const colors = hasAlpha ? channels - 1 : channels;
  const sums = new Float64Array(channels);
  const found: { x: number; y: number }[] = [];
  for (let y = 0; y < height; y += CELL) {
    const bottom = Math.min(y + CELL, height);
    for (let x = 0; x < width; x += CELL) {
      const right = Math.min(x + CELL, width);
      sums.fill(0);
      for (let row = y; row < bottom; row++) {
        let at = (row * width + x) * channels;
        for (let column = x; column < right; column++, at += channels) {
          const [alphaA, alphaB] = hasAlpha ? [a[at + colors], b[at + colors]] : [255, 255];
          for (let c = 0; c < colors; c++) sums[c] += a[at + c] * alphaA - b[at + c] * alphaB;
          if (hasAlpha) sums[colors] += (alphaA - alphaB) * 255;
        }
      }
      const allowed = tolerance * 255 * (right - x) * (bottom - y);
      if (sums.some((sum) => Math.abs(sum) > allowed)) {
        found.push({ x, y });
        if (found.length >= max) return found;
      }
    }
  }
  return found;
}

/** Appends rows below the image and fills them with copies of the cells. */
export function appendCells(
  { data, width, height, channels }: RawImage,
  cells: { x: number; y: number }[],
  rows: number,
): RawImage {
  const below = Math.ceil(rows / CELL) * CELL;
  const extended = Buffer.concat([data, Buffer.alloc(below * width * channels)]);
  let next = 0;
  for (let top = height; top < height + below; top += CELL) {
    for (let left = 0; left < width; left += CELL) {
      const cell = cells[next++ % cells.length];
      for (let row = 0; row < CELL; row++) {
        const from = (Math.min(cell.y + row, height - 1) * width + cell.x) * channels;
        const size = Math.min(CELL, width - left, width - cell.x) * channels;
        data.copy(extended, ((top + row) * width + left) * channels, from, from + size);
      }
    }
  }
  return { data: extended, width, height: height + below, channels };
}
