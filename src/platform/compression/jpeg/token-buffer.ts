/**
 * The coefficients as they are to be written: `table << 24 | symbol << 16 | bits`, in the order of the scan.
 * Table: 0 DC and 1 AC of luma, 2 and 3 of chroma.
 */
export interface Tokens {
  tokens: Int32Array;
  count: number;
  /** How often each `table << 8 | symbol` comes. */
  frequencies: Int32Array;
}

/** Tokens of one block, at most. */
const BLOCK_TOKENS = 64;
const KEPT_TOKENS = 1 << 22;

/** Kept from image to image: new memory has to be cleared and faulted in by the kernel. */
let kept = new Int32Array(1 << 20);

/** Collects the tokens of one image at a time. */
export class TokenBuffer implements Tokens {
  tokens = kept;
  count = 0;
  readonly frequencies = new Int32Array(4 << 8);

  /** Makes sure that a block fits. */
  reserveBlock(): void {
    if (this.count + BLOCK_TOKENS <= this.tokens.length) return;
    const grown = new Int32Array(this.tokens.length * 2);
    grown.set(this.tokens);
    this.tokens = grown;
    if (grown.length <= KEPT_TOKENS) kept = grown;
  }
}
