import sharp from 'sharp';

/** Wang, Simoncelli, Bovik 2003, "Multi-scale structural similarity", section 3. */
const WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
const [C1, C2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
const RADIUS = 5;
const KERNEL = createGaussian(1.5);

interface Plane {
  width: number;
  height: number;
  data: Float32Array;
}

/** Returns the MS-SSIM of the luma of two images of the same size. 1 means identical. */
export async function computeMsSsim(a: Buffer, b: Buffer): Promise<number> {
  let [planeA, planeB] = [await toLuma(a), await toLuma(b)];
  let score = 1;
  for (const [scale, weight] of WEIGHTS.entries()) {
    const { contrastStructure, ssim } = measureSimilarity(planeA, planeB);
    const isLast = scale === WEIGHTS.length - 1;
    score *= Math.max(0, isLast ? ssim : contrastStructure) ** weight;
    if (!isLast) [planeA, planeB] = [halve(planeA), halve(planeB)];
  }
  return score;
}

async function toLuma(image: Buffer): Promise<Plane> {
  const { data, info } = await sharp(image)
    .flatten({ background: '#ffffff' })
    .grayscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const plane = new Float32Array(width * height);
  for (let i = 0; i < plane.length; i++) plane[i] = data[i * channels];
  return { width, height, data: plane };
}

function measureSimilarity(a: Plane, b: Plane): { contrastStructure: number; ssim: number } {
  const multiply = (x: Plane, y: Plane): Plane => ({
    ...x,
    data: x.data.map((value, i) => value * y.data[i]),
  });
  const [meanA, meanB] = [blur(a), blur(b)];
  const [squareA, squareB, cross] = [
    blur(multiply(a, a)),
    blur(multiply(b, b)),
    blur(multiply(a, b)),
  ];
  let [contrastStructure, ssim] = [0, 0];
  for (let i = 0; i < meanA.length; i++) {
    const [ma, mb] = [meanA[i], meanB[i]];
    const cs = (2 * (cross[i] - ma * mb) + C2) / (squareA[i] - ma * ma + squareB[i] - mb * mb + C2);
    contrastStructure += cs;
    ssim += (cs * (2 * ma * mb + C1)) / (ma * ma + mb * mb + C1);
  }
  return { contrastStructure: contrastStructure / meanA.length, ssim: ssim / meanA.length };
}

/** Applies the Gaussian kernel where it fits completely, as in the paper. */
function blur({ width, height, data }: Plane): Float32Array {
  const [w, h] = [width - 2 * RADIUS, height - 2 * RADIUS];
  const rows = new Float32Array(w * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < w; x++) {
      let sum = 0;
      for (let k = 0; k < KERNEL.length; k++) sum += KERNEL[k] * data[y * width + x + k];
      rows[y * w + x] = sum;
    }
  }
  const columns = new Float32Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      let sum = 0;
      for (let k = 0; k < KERNEL.length; k++) sum += KERNEL[k] * rows[(y + k) * w + x];
      columns[y * w + x] = sum;
    }
  }
  return columns;
}

function halve({ width, height, data }: Plane): Plane {
  const [w, h] = [width >> 1, height >> 1];
  const half = new Float32Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const offset = 2 * y * width + 2 * x;
      half[y * w + x] =
        (data[offset] + data[offset + 1] + data[offset + width] + data[offset + width + 1]) / 4;
    }
  }
  return { width: w, height: h, data: half };
}

function createGaussian(sigma: number): number[] {
  const raw = Array.from({ length: 2 * RADIUS + 1 }, (_, i) =>
    Math.exp(-((i - RADIUS) ** 2) / (2 * sigma * sigma)),
  );
  const sum = raw.reduce((a, b) => a + b);
  return raw.map((value) => value / sum);
}
