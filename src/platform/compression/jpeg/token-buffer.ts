/**
 * Encoded coefficients: `table << 24 | symbol << 16 | bits`, in the order of the scan.
 * Tables 0 and 1 are DC and AC of luma. Tables 2 and 3 are DC and AC of chroma.
 */
export interface Tokens {
  tokens: Int32Array;
  count: number;
  /** Frequency of each `table << 8 | symbol`. */
  frequencies: Int32Array;
}

const MAX_REUSED_TOKENS = 1 << 22;

/** Reused for the next image, because the kernel must clear and map new memory. */
let reusableTokens = new Int32Array(1 << 20);

/** Collects the tokens of one image at a time. */
export class TokenBuffer implements Tokens {
  tokens = reusableTokens;
  count = 0;
  readonly frequencies = new Int32Array(4 << 8);

  addTokens(newTokens: Int32Array): void {
    const count = this.count + newTokens.length;
    if (count > this.tokens.length) {
      const grown = new Int32Array(Math.max(count, this.tokens.length * 2));
      grown.set(this.tokens);
      this.tokens = grown;
      if (grown.length <= MAX_REUSED_TOKENS) reusableTokens = grown;
    }
    this.tokens.set(newTokens, this.count);
    this.count = count;
  }
}
