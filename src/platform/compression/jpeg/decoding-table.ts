/** Number of bits of one table lookup: a code and the additional bits after it. */
export const LOOK_BITS = 12;
const MAX_CODE_LENGTH = 16;
const LOOK_SHIFT = 32 - LOOK_BITS;
/** Maximum number of additional bits of an 8-bit image. */
export const MAX_DC_SIZE = 11;
export const MAX_AC_SIZE = 10;
const SIXTEEN_ZEROS = 0xf0;

/** A run that ends the block. */
const TO_THE_END = 64;

/** Huffman codes by their first bits (ITU-T T.81, annexes C and F). */
export class DecodingTable {
  /**
   * `length << 8 | symbol` by the next `LOOK_BITS` bits; 0 for longer codes.
   */
  readonly symbols = new Uint16Array(1 << LOOK_BITS);
  /**
   * The same for an AC code together with its additional bits: `number << 16 | run << 8 | bits`.
   * 0 if they do not fit. Number 0: the code is only a run.
   */
  readonly numbers = new Int32Array(1 << LOOK_BITS);

  private constructor(
    /** First 16-bit prefix beyond the codes of each length. */
    private readonly limits: Int32Array,
    private readonly offsets: Int32Array,
    private readonly values: Uint8Array,
  ) {}

  /** @returns undefined if the codes overlap */
  static of(lengths: Uint8Array, values: Uint8Array): DecodingTable | undefined {
    const limits = new Int32Array(MAX_CODE_LENGTH + 1);
    const offsets = new Int32Array(MAX_CODE_LENGTH + 1);
    const table = new DecodingTable(limits, offsets, values);
    let code = 0;
    let index = 0;
    for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
      offsets[length] = index - code;
      for (let i = 0; i < lengths[length - 1]; i++, code++, index++) {
        if (code >= 1 << length) return undefined;
        if (length <= LOOK_BITS) table.look(code, length, values[index]);
      }
      limits[length] = code << (MAX_CODE_LENGTH - length);
      code <<= 1;
    }
    return table;
  }

  /** @returns `length << 8 | symbol` of a code longer than `LOOK_BITS`; 0 if there is none */
  private long(next16: number): number {
    for (let length = LOOK_BITS + 1; length <= MAX_CODE_LENGTH; length++) {
      if (next16 >= this.limits[length]) continue;
      const index = (next16 >> (MAX_CODE_LENGTH - length)) + this.offsets[length];
      return (length << 8) | this.values[index];
    }
    return 0;
  }

  /**
   * Reads a DC code with its additional bits at a bit position. The table has no run in a symbol.
   * @returns `difference << 8 | bits`; 0 if there is no code of the baseline process
   */
  readDifference(view: DataView, at: number): number {
    const known = this.numbers[bitsAt(view, at) >>> LOOK_SHIFT];
    if (known !== 0) return ((known >> 16) << 8) | (known & 0xff);
    const code = this.readSymbol(view, at);
    const [length, size] = [code >> 8, code & 0xff];
    if (size > MAX_DC_SIZE) return 0;
    if (size === 0) return length;
    return (signed(bitsAt(view, at + length) >>> (32 - size), size) << 8) | (length + size);
  }

  /**
   * Reads an AC code with its additional bits that `numbers` does not have.
   * @returns an entry as in `numbers`; 0 if there is no code of the baseline process
   */
  readNumber(view: DataView, at: number): number {
    const code = this.readSymbol(view, at);
    const [length, run, size] = [code >> 8, (code >> 4) & 15, code & 15];
    if (code === 0 || size > MAX_AC_SIZE) return 0;
    if (size === 0) return runEntry(code & 0xff, length);
    const number = signed(bitsAt(view, at + length) >>> (32 - size), size);
    return (number << 16) | (run << 8) | (length + size);
  }

  /** @returns `length << 8 | symbol` of the code at a bit position; 0 if there is none */
  readSymbol(view: DataView, at: number): number {
    const bits = bitsAt(view, at);
    return this.symbols[bits >>> LOOK_SHIFT] || this.long(bits >>> 16);
  }

  private look(code: number, length: number, symbol: number): void {
    const free = LOOK_BITS - length;
    const from = code << free;
    this.symbols.fill((length << 8) | symbol, from, from + (1 << free));
    const [run, size] = [symbol >> 4, symbol & 15];
    if (size === 0) {
      this.numbers.fill(runEntry(symbol, length), from, from + (1 << free));
      return;
    }
    if (size > free) return;
    const step = 1 << (free - size);
    for (let bits = 0; bits < 1 << size; bits++) {
      const entry = (signed(bits, size) << 16) | (run << 8) | (length + size);
      this.numbers.fill(entry, from + bits * step, from + (bits + 1) * step);
    }
  }
}

/** Returns the entry of a code without a number. Any other run with size 0 is not of the baseline process. */
function runEntry(symbol: number, length: number): number {
  if (symbol === 0) return (TO_THE_END << 8) | length;
  return symbol === SIXTEEN_ZEROS ? (15 << 8) | length : 0;
}

/** Returns the bits from a position on, in the upper 25 bits at least. */
export const bitsAt = (view: DataView, at: number): number => view.getInt32(at >>> 3) << (at & 7);

/** EXTEND (ITU-T T.81, F.2.2.1). */
export const signed = (bits: number, size: number): number =>
  bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
