import { BLUR_RADIUS, BlurredRows } from './gaussian-blur.js';

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

/**
 * Compares two planes of the same size.
 *
 * @param inset pixels at each border that are not compared
 */
export function planeErrors(
  source: Float32Array,
  distorted: Float32Array,
  width: number,
  height: number,
  inset = 0,
): PlaneErrors {
  const maps = {
    sources: new BlurredRows(width),
    distorted: new BlurredRows(width),
    // Only the sum of both variances is used. The blur of a sum is the sum of the blurs.
    squares: new BlurredRows(width),
    products: new BlurredRows(width),
  };
  const sums = new Float64Array(6);
  for (let y = 0; y < height + BLUR_RADIUS; y++) {
    const isInside = y < height;
    if (isInside) fillInputs(maps, source, distorted, y * width);
    for (const map of Object.values(maps)) map.push(isInside);
    const compared = y - BLUR_RADIUS;
    if (compared < inset || compared >= height - inset) continue;
    addErrors(sums, source, distorted, { from: compared * width, inset }, maps);
  }
  const pixels = (width - 2 * inset) * (height - 2 * inset);
  const norms = (at: number): [number, number] => [
    sums[at] / pixels,
    Math.sqrt(Math.sqrt(sums[at + 1] / pixels)),
  ];
  return { structure: norms(0), artifacts: norms(2), lostDetail: norms(4) };
}

type Maps = Record<'sources' | 'distorted' | 'squares' | 'products', BlurredRows>;

function fillInputs(maps: Maps, source: Float32Array, distorted: Float32Array, from: number): void {
  const width = maps.sources.output.length;
  const inputs = [maps.sources, maps.distorted, maps.squares, maps.products];
  const [as, bs, squares, products] = inputs.map(({ input }) => input.subarray(BLUR_RADIUS));
  for (let x = 0; x < width; x++) {
    const a = source[from + x];
    const b = distorted[from + x];
    as[x] = a;
    bs[x] = b;
    squares[x] = a * a + b * b;
    products[x] = a * b;
  }
}

function addErrors(
  sums: Float64Array,
  source: Float32Array,
  distorted: Float32Array,
  { from, inset }: { from: number; inset: number },
  maps: Maps,
): void {
  const [meansA, meansB] = [maps.sources.output, maps.distorted.output];
  const [squares, products] = [maps.squares.output, maps.products.output];
  let [structure, structure4, artifacts, artifacts4, lost, lost4] = sums;
  for (let x = inset; x < meansA.length - inset; x++) {
    const a = meansA[x];
    const b = meansB[x];
    const luminance = 1 - (a - b) * (a - b);
    const contrast = 2 * (products[x] - a * b) + C2;
    const variances = squares[x] - a * a - b * b + C2;
    const error = Math.max(0, 1 - (luminance * contrast) / variances);
    structure += error;
    structure4 += error * error * error * error;
    const edgeA = Math.abs(source[from + x] - a);
    const edgeB = Math.abs(distorted[from + x] - b);
    const edge = (1 + edgeB) / (1 + edgeA) - 1;
    const edge4 = edge * edge * edge * edge;
    if (edge > 0) {
      artifacts += edge;
      artifacts4 += edge4;
    } else {
      lost -= edge;
      lost4 += edge4;
    }
  }
  sums.set([structure, structure4, artifacts, artifacts4, lost, lost4]);
}
