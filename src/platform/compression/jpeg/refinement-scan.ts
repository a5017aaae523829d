import { BLOCK_SIZE, type CoefficientPlane } from './coefficient-plane.js';
import type { DecodingTable } from './decoding-table.js';
import type { Interval, Scan } from './scan.js';

/** Reads one more bit of the AC coefficients of a progressive JPEG (ITU-T T.81, G.1.2.3). */
export function readRefinement(
  scan: Scan,
  { from, to, start, end }: Interval,
  view: DataView,
): number | undefined {
  const [{ plane, ac }] = scan.pattern;
  if (!ac) return undefined;
  const reader = new RefinementReader(scan, plane, ac, view, start);
  for (let i = from; i < to; i++) {
    if (reader.at > end || !reader.readBlock(scan.order[i])) return undefined;
  }
  return reader.run === 0 ? reader.at : undefined;
}

class RefinementReader {
  /** Number of remaining blocks of the end-of-band run. */
  run = 0;
  readonly #first: number;
  readonly #last: number;
  readonly #bit: number;
  readonly #data: Uint8Array;

  constructor(
    { first, last, low, data }: Scan,
    private readonly plane: CoefficientPlane,
    private readonly table: DecodingTable,
    private readonly view: DataView,
    public at: number,
  ) {
    this.#first = first;
    this.#last = last;
    this.#bit = 1 << low;
    this.#data = data;
  }

  readBlock(block: number): boolean {
    let k = this.#first;
    if (this.run === 0) {
      k = this.#readNew(block);
      if (k < 0) return false;
    }
    if (this.run > 0) {
      this.#refineFrom(block, k);
      this.run--;
    }
    return true;
  }

  /** @returns the position where an end-of-band run begins; -1 for an irregularity */
  #readNew(block: number): number {
    const { plane, table, view } = this;
    const base = block * BLOCK_SIZE;
    let k = this.#first;
    for (; k <= this.#last; k++) {
      const code = table.readSymbol(view, this.at);
      if (code === 0) return -1;
      this.at += code >> 8;
      const [zeros, size] = [(code >> 4) & 15, code & 15];
      if (size > 1) return -1;
      if (size === 0 && zeros < 15) {
        this.run = 1 << zeros;
        for (let bit = zeros - 1; bit >= 0; bit--) this.run += this.#read() << bit;
        return k;
      }
      const value = size === 0 ? 0 : this.#read() === 1 ? this.#bit : -this.#bit;
      k = this.#skip(block, k, zeros);
      if (value === 0) continue;
      if (k > this.#last) return -1;
      plane.values[base + k] = value;
      plane.nonzero[2 * block + (k >> 5)] |= 1 << (k & 31);
    }
    return k;
  }

  /** Skips `zeros` zero coefficients and refines the others. @returns the position of the next zero coefficient */
  #skip(block: number, from: number, zeros: number): number {
    const { nonzero } = this.plane;
    let left = zeros;
    let k = from;
    for (; k <= this.#last; k++) {
      if ((nonzero[2 * block + (k >> 5)] >>> (k & 31)) & 1) this.#refine(block * BLOCK_SIZE + k);
      else if (left-- === 0) break;
    }
    return k;
  }

  #refineFrom(block: number, from: number): void {
    const { nonzero } = this.plane;
    for (let word = from >> 5; word <= this.#last >> 5; word++) {
      let bits = nonzero[2 * block + word];
      if (word === from >> 5) bits &= -1 << (from & 31);
      if (word === this.#last >> 5) bits &= -1 >>> (31 - (this.#last & 31));
      while (bits !== 0) {
        const lowest = bits & -bits;
        this.#refine(block * BLOCK_SIZE + 32 * word + 31 - Math.clz32(lowest));
        bits ^= lowest;
      }
    }
  }

  #refine(index: number): void {
    if (this.#read() === 0) return;
    const { values } = this.plane;
    const value = values[index];
    if ((value & this.#bit) === 0) values[index] = value + (value < 0 ? -this.#bit : this.#bit);
  }

  #read(): number {
    const bit = (this.#data[this.at >>> 3] >> (7 - (this.at & 7))) & 1;
    this.at++;
    return bit;
  }
}
