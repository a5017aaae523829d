import type { RawImage } from '../encode/local-error.js';
import type { Region } from './linear-planes.js';

/** Side of a block in pixels. An encoder spreads errors from an edge so far into an even area. */
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
    const blocks = this.#columns * this.#rows;
    this.#low = new Uint8Array(blocks).fill(255);
    this.#high = new Uint8Array(blocks);
    this.#lowAlpha = new Uint8Array(blocks).fill(255);
    this.#highAlpha = new Uint8Array(blocks);
    this.#sums = new Float64Array(blocks);
    this.#addPixels(image);
  }

  /** Returns the activity of the blocks in and around a region. */
  measureAround({ left, top, width, height }: Region): Activity {
    const [first, last] = blockRange(left, width, this.#columns);
    const [above, below] = blockRange(top, height, this.#rows);
    let [low, high, lowAlpha, highAlpha, sum] = [255, 0, 255, 0, 0];
    for (let row = above; row <= below; row++) {
      for (let column = first; column <= last; column++) {
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
    const green = channels < 3 ? 0 : 1;
    const alpha = channels % 2 === 0 ? channels - 1 : undefined;
    for (let y = 0, at = 0; y < height; y++) {
      const row = Math.floor(y / BLOCK_SIDE) * this.#columns;
      let [previous, previousAlpha] = [-1, -1];
      for (let x = 0; x < width; x++, at += channels) {
        const block = row + Math.floor(x / BLOCK_SIDE);
        const opacity = alpha === undefined ? 255 : data[at + alpha];
        // A dark object on a transparent area has no luma of its own.
        const value = alpha === undefined ? data[at + green] : (data[at + green] * opacity) / 255;
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

/** Returns the first and the last block of a length and of one block on each side. */
function blockRange(from: number, length: number, count: number): [number, number] {
  const first = Math.floor(from / BLOCK_SIDE) - 1;
  const last = Math.floor((from + length - 1) / BLOCK_SIDE) + 1;
  return [Math.max(0, first), Math.min(count - 1, last)];
}
