import { BLUR_RADIUS, BlurredRows, INPUT_OFFSET } from './blurred-rows.js';

/** Mean and 4-norm of the three error maps of one plane at one scale. */
export interface PlaneErrors {
  /** 1 - SSIM, without the denominator of its luminance term. */
  structure: [number, number];
  /** Edges only in the distorted image: ringing, banding, blocks. */
  artifacts: [number, number];
  /** Edges only in the source: blur. */
  lostDetail: [number, number];
}

const C2 = 0.0009;

/** Buffers that planes of one width are blurred with, one after the other. */
export class BlurBuffers {
  readonly means: BlurredRows;
  readonly squares: BlurredRows;
  readonly products: BlurredRows;

  constructor(readonly width: number) {
    this.means = new BlurredRows(width);
    this.squares = new BlurredRows(width);
    this.products = new BlurredRows(width);
  }

  reset(): void {
    for (const rows of [this.means, this.squares, this.products]) rows.reset();
  }
}

/** A plane of the source. It is blurred once for all versions that it is compared with. */
export class SourcePlane {
  readonly #means: Float32Array;
  readonly #squares: Float32Array;

  constructor(
    private readonly plane: Float32Array,
    private readonly height: number,
    private readonly buffers: BlurBuffers,
  ) {
    this.#means = new Float32Array(plane.length);
    this.#squares = new Float32Array(plane.length);
    buffers.reset();
    const { width, means, squares } = buffers;
    for (let y = 0; y < height + BLUR_RADIUS; y++) {
      const isInside = y < height;
      if (isInside) {
        setValues(means.input, plane, y * width, width);
        setProducts(squares.input, plane, plane, y * width, width);
      }
      means.push(isInside);
      squares.push(isInside);
      if (y < BLUR_RADIUS) continue;
      this.#means.set(means.output, (y - BLUR_RADIUS) * width);
      this.#squares.set(squares.output, (y - BLUR_RADIUS) * width);
    }
  }

  /**
   * Compares a plane of the same size.
   *
   * @param inset pixels at each border that are not compared
   */
  errorsOf(distorted: Float32Array, inset = 0): PlaneErrors {
    const { plane, height, buffers } = this;
    buffers.reset();
    const { width, means, squares, products } = buffers;
    const sums = new Float64Array(6);
    for (let y = 0; y < height + BLUR_RADIUS; y++) {
      const isInside = y < height;
      if (isInside) {
        const from = y * width;
        setValues(means.input, distorted, from, width);
        setProducts(squares.input, distorted, distorted, from, width);
        setProducts(products.input, plane, distorted, from, width);
      }
      means.push(isInside);
      squares.push(isInside);
      products.push(isInside);
      const compared = y - BLUR_RADIUS;
      if (compared < inset || compared >= height - inset) continue;
      this.#addErrors(sums, distorted, compared * width, inset);
    }
    const pixels = (width - 2 * inset) * (height - 2 * inset);
    const norms = (at: number): [number, number] => [
      sums[at] / pixels,
      Math.sqrt(Math.sqrt(sums[at + 1] / pixels)),
    ];
    return { structure: norms(0), artifacts: norms(2), lostDetail: norms(4) };
  }

  #addErrors(sums: Float64Array, distorted: Float32Array, from: number, inset: number): void {
    const { plane, buffers } = this;
    const { width } = buffers;
    const [meansA, squaresA] = [this.#means, this.#squares];
    const [meansB, squaresB] = [buffers.means.output, buffers.squares.output];
    const products = buffers.products.output;
    let [structure, structure4, artifacts, artifacts4, lost, lost4] = sums;
    for (let x = inset, at = from + inset; x < width - inset; x++, at++) {
      const a = meansA[at];
      const b = meansB[x];
      const luminance = 1 - (a - b) * (a - b);
      const contrast = 2 * (products[x] - a * b) + C2;
      const variances = squaresA[at] - a * a + (squaresB[x] - b * b) + C2;
      const error = Math.max(0, 1 - (luminance * contrast) / variances);
      const error2 = error * error;
      structure += error;
      structure4 += error2 * error2;
      const edgeA = Math.abs(plane[at] - a);
      const edgeB = Math.abs(distorted[at] - b);
      const edge = (1 + edgeB) / (1 + edgeA) - 1;
      const edge2 = edge * edge;
      if (edge > 0) {
        artifacts += edge;
        artifacts4 += edge2 * edge2;
      } else {
        lost -= edge;
        lost4 += edge2 * edge2;
      }
    }
    sums.set([structure, structure4, artifacts, artifacts4, lost, lost4]);
  }
}

function setValues(input: Float32Array, plane: Float32Array, from: number, width: number): void {
  for (let x = 0; x < width; x++) input[INPUT_OFFSET + x] = plane[from + x];
}

function setProducts(
  input: Float32Array,
  a: Float32Array,
  b: Float32Array,
  from: number,
  width: number,
): void {
  for (let x = 0; x < width; x++) input[INPUT_OFFSET + x] = a[from + x] * b[from + x];
}
