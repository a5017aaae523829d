/** Taps on each side of the center. */
export const BLUR_RADIUS = 4;

/** Number of rows that one blurred row needs. */
const KEPT_ROWS = 2 * BLUR_RADIUS + 1;

/**
 * Weights by distance for a standard deviation of 1.5 pixels: three cosines that are zero from distance 5
 * on (D. Charalampidis, "Recursive Implementation of the Gaussian Filter Using Truncated Cosine Functions",
 * 2016). The reference implementation computes the same sum recursively. Recursion is slower here and has
 * larger rounding errors.
 */
const W0 = 0.2646211054881986;
const W1 = 0.21292859201042227;
const W2 = 0.10933537277746035;
const W3 = 0.03601111465836439;
const W4 = 0.00941436780965374;

/**
 * Blurs the rows of a plane as they arrive, and the columns over the last nine rows. Only these rows are in
 * memory, and they fit the processor cache. Samples outside the plane are zero.
 */
export class BlurredRows {
  /** The next row, between `BLUR_RADIUS` zeros on each side. */
  readonly input: Float64Array;
  /** The blurred row that lies `BLUR_RADIUS` rows before the last one. */
  readonly output: Float64Array;
  readonly #rows: Float64Array[];
  #next = 0;

  constructor(width: number) {
    this.input = new Float64Array(width + 2 * BLUR_RADIUS);
    this.output = new Float64Array(width);
    this.#rows = Array.from({ length: KEPT_ROWS }, () => new Float64Array(width));
  }

  /** @param isInside whether `input` holds a row of the plane; below it are zeros */
  push(isInside: boolean): void {
    const row = this.#rows[this.#next];
    this.#next = (this.#next + 1) % KEPT_ROWS;
    if (isInside) blurRow(this.input, row);
    else row.fill(0);
    blurColumns([...this.#rows.slice(this.#next), ...this.#rows.slice(0, this.#next)], this.output);
  }
}

function blurRow(input: Float64Array, row: Float64Array): void {
  for (let x = 0; x < row.length; x++) {
    row[x] =
      W0 * input[x + 4] +
      W1 * (input[x + 3] + input[x + 5]) +
      W2 * (input[x + 2] + input[x + 6]) +
      W3 * (input[x + 1] + input[x + 7]) +
      W4 * (input[x] + input[x + 8]);
  }
}

function blurColumns([a, b, c, d, e, f, g, h, i]: Float64Array[], output: Float64Array): void {
  for (let x = 0; x < output.length; x++) {
    output[x] =
      W0 * e[x] + W1 * (d[x] + f[x]) + W2 * (c[x] + g[x]) + W3 * (b[x] + h[x]) + W4 * (a[x] + i[x]);
  }
}
