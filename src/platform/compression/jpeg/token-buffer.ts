/**
 * Encoded coefficients: `table << 24 | symbol << 16 | bits`, in the order of the scan.
 * Table: 0 DC and 1 AC of luma, 2 and 3 of chroma.
 */
export interface Tokens {
  tokens: Int32Array;
  count: number;
  /** Frequency of each `table << 8 | symbol`. */
  frequencies: Int32Array;
}

const KEPT_TOKENS = 1 << 22;

/** Reused for the next image: the kernel has to clear and map new memory. */
let kept = new Int32Array(1 << 20);

/** Collects the tokens of one image at a time. */
export class TokenBuffer implements Tokens {
  tokens = kept;
  count = 0;
  readonly frequencies = new Int32Array(4 << 8);

  addTokens(added: Int32Array): void {
    const count = this.count + added.length;
    if (count > this.tokens.length) {
      const grown = new Int32Array(Math.max(count, this.tokens.length * 2));
      grown.set(this.tokens);
      this.tokens = grown;
      if (grown.length <= KEPT_TOKENS) kept = grown;
    }
    this.tokens.set(added, this.count);
    this.count = count;
  }
}
