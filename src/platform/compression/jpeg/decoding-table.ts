/** Number of bits per table lookup: a code and the additional bits that follow it. */
export const LOOKUP_BITS = 12;
const MAX_CODE_LENGTH = 16;
const LOOKUP_SHIFT = 32 - LOOKUP_BITS;
/** Maximum number of additional bits of an 8-bit image. */
export const MAX_DC_SIZE = 11;
export const MAX_AC_SIZE = 10;
const RUN_OF_16_ZEROS = 0xf0;

/** Size of a table as `writeTable` stores it. */
export const TABLE_BYTES = (6 << LOOKUP_BITS) + 2 * 4 * (MAX_CODE_LENGTH + 1) + 256 + 8;

/** A run that ends the block. */
const END_OF_BLOCK_RUN = 64;

/** Huffman codes by their first bits (ITU-T T.81, annexes C and F). */
export class DecodingTable {
  /**
   * `length << 8 | symbol` by the next `LOOKUP_BITS` bits; 0 for longer codes.
   */
  readonly symbols = new Uint16Array(1 << LOOKUP_BITS);
  /**
   * The same for an AC code together with its additional bits: `coefficient << 16 | run << 8 |
   * bits`. 0 if they do not fit. A coefficient of 0 represents only a run.
   */
  readonly coefficients = new Int32Array(1 << LOOKUP_BITS);

  private constructor(
    /** First 16-bit prefix beyond the codes of each length. */
    private readonly limits: Int32Array,
    private readonly offsets: Int32Array,
    private readonly values: Uint8Array,
  ) {}

  /**
   * Creates a table from the symbols and the number of codes of each length.
   * @returns undefined if the codes overlap
   */
  static create(codeCounts: Uint8Array, values: Uint8Array): DecodingTable | undefined {
    const limits = new Int32Array(MAX_CODE_LENGTH + 1);
    const offsets = new Int32Array(MAX_CODE_LENGTH + 1);
    const table = new DecodingTable(limits, offsets, values);
    let code = 0;
    let index = 0;
    for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
      offsets[length] = index - code;
      for (let i = 0; i < codeCounts[length - 1]; i++, code++, index++) {
        if (code >= 1 << length) return undefined;
        if (length <= LOOKUP_BITS) table.addCode(code, length, values[index]);
      }
      limits[length] = code << (MAX_CODE_LENGTH - length);
      code <<= 1;
    }
    return table;
  }

  /** Stores the table as `wasm/jpeg-coefficients.ts` reads it. */
  writeTable(bytes: Uint8Array): void {
    let offset = 0;
    for (const part of [this.coefficients, this.symbols, this.limits, this.offsets, this.values]) {
      bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), offset);
      offset += part.byteLength;
    }
  }

  /** @returns `length << 8 | symbol` of a code longer than `LOOKUP_BITS`; 0 if no code matches */
  private readLongCode(next16: number): number {
    for (let length = LOOKUP_BITS + 1; length <= MAX_CODE_LENGTH; length++) {
      if (next16 >= this.limits[length]) continue;
      const index = (next16 >> (MAX_CODE_LENGTH - length)) + this.offsets[length];
      return (length << 8) | this.values[index];
    }
    return 0;
  }

  /**
   * Reads a DC code with its additional bits at a bit position. Its symbol contains no run.
   * @returns `difference << 8 | bits`; 0 if the bits are not a code of the baseline process
   */
  readDifference(view: DataView, bitPosition: number): number {
    const entry = this.coefficients[readBitsAt(view, bitPosition) >>> LOOKUP_SHIFT];
    if (entry !== 0) return ((entry >> 16) << 8) | (entry & 0xff);
    const code = this.readSymbol(view, bitPosition);
    const [length, size] = [code >> 8, code & 0xff];
    if (size > MAX_DC_SIZE) return 0;
    if (size === 0) return length;
    return (
      (extendSign(readBitsAt(view, bitPosition + length) >>> (32 - size), size) << 8) |
      (length + size)
    );
  }

  /**
   * Reads an AC code and its additional bits if `coefficients` has no entry for them.
   * @returns an entry as in `coefficients`; 0 if the bits are not a code of the baseline process
   */
  readCoefficient(view: DataView, bitPosition: number): number {
    const code = this.readSymbol(view, bitPosition);
    const [length, run, size] = [code >> 8, (code >> 4) & 15, code & 15];
    if (code === 0 || size > MAX_AC_SIZE) return 0;
    if (size === 0) return createRunEntry(code & 0xff, length);
    const coefficient = extendSign(readBitsAt(view, bitPosition + length) >>> (32 - size), size);
    return (coefficient << 16) | (run << 8) | (length + size);
  }

  /** @returns `length << 8 | symbol` of the code at a bit position; 0 if no code matches */
  readSymbol(view: DataView, bitPosition: number): number {
    const bits = readBitsAt(view, bitPosition);
    return this.symbols[bits >>> LOOKUP_SHIFT] || this.readLongCode(bits >>> 16);
  }

  private addCode(code: number, length: number, symbol: number): void {
    const freeBits = LOOKUP_BITS - length;
    const start = code << freeBits;
    this.symbols.fill((length << 8) | symbol, start, start + (1 << freeBits));
    const [run, size] = [symbol >> 4, symbol & 15];
    if (size === 0) {
      this.coefficients.fill(createRunEntry(symbol, length), start, start + (1 << freeBits));
      return;
    }
    if (size > freeBits) return;
    const step = 1 << (freeBits - size);
    for (let bits = 0; bits < 1 << size; bits++) {
      const entry = (extendSign(bits, size) << 16) | (run << 8) | (length + size);
      this.coefficients.fill(entry, start + bits * step, start + (bits + 1) * step);
    }
  }
}

/** Returns the entry of a code without additional bits. The baseline process has no other runs with size 0. */
function createRunEntry(symbol: number, length: number): number {
  if (symbol === 0) return (END_OF_BLOCK_RUN << 8) | length;
  return symbol === RUN_OF_16_ZEROS ? (15 << 8) | length : 0;
}

/** Returns the bits that start at a position, in at least the upper 25 bits. */
export const readBitsAt = (view: DataView, bitPosition: number): number =>
  view.getInt32(bitPosition >>> 3) << (bitPosition & 7);

/** EXTEND (ITU-T T.81, F.2.2.1). */
export const extendSign = (bits: number, size: number): number =>
  bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
