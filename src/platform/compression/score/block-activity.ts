import type { RawImage } from '../encode/local-error.js';
import type { Region } from './linear-planes.js';

/** Side of a block in pixels. An encoder spreads the errors of an edge this far into a uniform area. */
const BLOCK_SIDE = 16;

/** Differences between the pixels of a region. */
interface Activity {
  /** Range of luma or of opacity, 0 to 255. */
  range: number;
  /** Sum of the differences between neighbors in a row. */
  sum: number;
}

/** Pixel differences in each block of an image. Every pixel counts, because a line may be thin. */
export class BlockActivity {
  readonly #columns: number;
  readonly #rows: number;
  readonly #low: Uint8Array;
  readonly #high: Uint8Array;
  readonly #lowAlpha: Uint8Array;
  readonly #highAlpha: Uint8Array;
  readonly #sums: Float64Array;

  constructor(image: RawImage) {
    this.#columns = Math.ceil(image.width / BLOCK_SIDE);
    this.#rows = Math.ceil(image.height / BLOCK_SIDE);
    const blockCount = this.#columns * this.#rows;
    this.#low = new Uint8Array(blockCount).fill(255);
    this.#high = new Uint8Array(blockCount);
    this.#lowAlpha = new Uint8Array(blockCount).fill(255);
    this.#highAlpha = new Uint8Array(blockCount);
    this.#sums = new Float64Array(blockCount);
    this.#addPixels(image);
  }

  /** Returns the activity of the blocks in and around a region. */
  measureAround({ left, top, width, height }: Region): Activity {
    const [firstColumn, lastColumn] = getBlockRange(left, width, this.#columns);
    const [firstRow, lastRow] = getBlockRange(top, height, this.#rows);
    let [low, high, lowAlpha, highAlpha, sum] = [255, 0, 255, 0, 0];
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        const block = row * this.#columns + column;
        low = Math.min(low, this.#low[block]);
        high = Math.max(high, this.#high[block]);
        lowAlpha = Math.min(lowAlpha, this.#lowAlpha[block]);
        highAlpha = Math.max(highAlpha, this.#highAlpha[block]);
        sum += this.#sums[block];
      }
    }
    return { range: Math.max(high - low, highAlpha - lowAlpha), sum };
  }

  #addPixels({ data, width, height, channels }: RawImage): void {
    const greenOffset = channels < 3 ? 0 : 1;
    const alphaOffset = channels % 2 === 0 ? channels - 1 : undefined;
    for (let y = 0, offset = 0; y < height; y++) {
      const row = Math.floor(y / BLOCK_SIDE) * this.#columns;
      let [previous, previousAlpha] = [-1, -1];
      for (let x = 0; x < width; x++, offset += channels) {
        const block = row + Math.floor(x / BLOCK_SIDE);
        const opacity = alphaOffset === undefined ? 255 : data[offset + alphaOffset];
        // Weights luma by opacity. A dark object on a transparent area differs only in opacity.
        const value =
          alphaOffset === undefined
            ? data[offset + greenOffset]
            : (data[offset + greenOffset] * opacity) / 255;
        if (value < this.#low[block]) this.#low[block] = value;
        if (value > this.#high[block]) this.#high[block] = value;
        if (opacity < this.#lowAlpha[block]) this.#lowAlpha[block] = opacity;
        if (opacity > this.#highAlpha[block]) this.#highAlpha[block] = opacity;
        if (x > 0) {
          this.#sums[block] += Math.abs(value - previous) + Math.abs(opacity - previousAlpha);
        }
        [previous, previousAlpha] = [value, opacity];
      }
    }
  }
}

/** Returns the first and last block that a length covers, extended by one block on each side. */
function getBlockRange(start: number, length: number, count: number): [number, number] {
  const first = Math.floor(start / BLOCK_SIDE) - 1;
  const last = Math.floor((start + length - 1) / BLOCK_SIDE) + 1;
  return [Math.max(0, first), Math.min(count - 1, last)];
}
