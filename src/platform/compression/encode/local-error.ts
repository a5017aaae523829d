/** Raw 8-bit pixels, as returned by sharp. */
export interface RawImage {
  data: Buffer;
  width: number;
  height: number;
  channels: number;
}

/** Side of a cell in pixels. Dithering averages out within a cell; a lost color does not. */
const CELL_SIDE = 4;

/**
 * Finds the cells whose mean color differs between two versions of an image. Colors are weighted by opacity.
 *
 * @param tolerance maximum difference in any channel, 0 to 255
 * @returns positions of the cells' top left pixels, at most `maxCells`
 */
export function findDifferingCells(
  source: RawImage,
  other: RawImage,
  tolerance: number,
  maxCells: number,
): { x: number; y: number }[] {
  const { width, height, channels } = source;
  const [a, b] = [source.data, other.data];
  const hasAlpha = channels === 2 || channels === 4;
  const colorCount = hasAlpha ? channels - 1 : channels;
  const sums = new Float64Array(channels);
  const differingCells: { x: number; y: number }[] = [];
  for (let y = 0; y < height; y += CELL_SIDE) {
    const bottom = Math.min(y + CELL_SIDE, height);
    for (let x = 0; x < width; x += CELL_SIDE) {
      const right = Math.min(x + CELL_SIDE, width);
      sums.fill(0);
      for (let row = y; row < bottom; row++) {
        let offset = (row * width + x) * channels;
        for (let column = x; column < right; column++, offset += channels) {
          const [alphaA, alphaB] = hasAlpha
            ? [a[offset + colorCount], b[offset + colorCount]]
            : [255, 255];
          for (let c = 0; c < colorCount; c++)
            sums[c] += a[offset + c] * alphaA - b[offset + c] * alphaB;
          if (hasAlpha) sums[colorCount] += (alphaA - alphaB) * 255;
        }
      }
      const maxDifference = tolerance * 255 * (right - x) * (bottom - y);
      if (sums.some((sum) => Math.abs(sum) > maxDifference)) {
        differingCells.push({ x, y });
        if (differingCells.length >= maxCells) return differingCells;
      }
    }
  }
  return differingCells;
}

/** Appends rows below the image and fills them with copies of the cells. */
export function appendCells(
  { data, width, height, channels }: RawImage,
  cells: { x: number; y: number }[],
  rowCount: number,
): RawImage {
  const addedRowCount = Math.ceil(rowCount / CELL_SIDE) * CELL_SIDE;
  const extendedData = Buffer.concat([data, Buffer.alloc(addedRowCount * width * channels)]);
  let cellIndex = 0;
  for (let top = height; top < height + addedRowCount; top += CELL_SIDE) {
    for (let left = 0; left < width; left += CELL_SIDE) {
      const cell = cells[cellIndex++ % cells.length];
      for (let row = 0; row < CELL_SIDE; row++) {
        const sourceStart = (Math.min(cell.y + row, height - 1) * width + cell.x) * channels;
        const size = Math.min(CELL_SIDE, width - left, width - cell.x) * channels;
        data.copy(
          extendedData,
          ((top + row) * width + left) * channels,
          sourceStart,
          sourceStart + size,
        );
      }
    }
  }
  return { data: extendedData, width, height: height + addedRowCount, channels };
}
