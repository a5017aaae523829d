import sharp, { type JpegOptions } from 'sharp';
import { createRandom } from './random.js';

/** Cell size in pixels and weight of each noise layer. The spectrum is about 1/f, as in photographs. */
const NOISE_LAYERS = [
  [512, 60],
  [128, 36],
  [32, 18],
  [8, 10],
  [3, 11],
] as const;
/** Sensor noise at a low ISO value, in levels from 0 to 255. */
const GRAIN = 9;

/** Draws a soft background, sharp edges and fine grain, which compress like a photograph. Returns raw RGB. */
export async function drawPhotographPixels(
  width: number,
  height: number,
  seed: number,
): Promise<Buffer> {
  const random = createRandom(seed);
  const sum = new Float32Array(width * height * 3).fill(118);
  for (const [cell, weight] of NOISE_LAYERS) {
    const layer = await createNoise(width, height, cell, random);
    for (let i = 0; i < sum.length; i++) sum[i] += ((layer[i] - 128) / 128) * weight;
  }
  for (let i = 0; i < sum.length; i++) sum[i] += (random() + random() - 1) * GRAIN;
  return sharp(Buffer.from(Uint8ClampedArray.from(sum).buffer), {
    raw: { width, height, channels: 3 },
  })
    .composite([{ input: Buffer.from(createShapes(width, height, random)) }])
    .removeAlpha()
    .raw()
    .toBuffer();
}

async function createNoise(width: number, height: number, cell: number, random: () => number) {
  const [columns, rows] = [Math.ceil(width / cell) + 1, Math.ceil(height / cell) + 1];
  const cells = Buffer.alloc(columns * rows * 3);
  for (let i = 0; i < cells.length; i++) cells[i] = random() * 256;
  return sharp(cells, { raw: { width: columns, height: rows, channels: 3 } })
    .resize(width, height, { kernel: 'cubic', fit: 'fill' })
    .raw()
    .toBuffer();
}

/** Returns an SVG of shapes with sharp edges, some of them translucent. */
function createShapes(width: number, height: number, random: () => number): string {
  const between = (low: number, high: number) => Math.round(low + random() * (high - low));
  const color = () => `rgb(${between(0, 255)},${between(0, 255)},${between(0, 255)})`;
  const createShape = () => {
    const [x, y, r] = [between(0, width), between(0, height), between(10, width / 6)];
    const paint = `fill="${color()}" fill-opacity="${(0.3 + random() * 0.6).toFixed(2)}"`;
    return random() < 0.5
      ? `<ellipse cx="${x}" cy="${y}" rx="${r}" ry="${between(5, r)}" ${paint}/>`
      : `<rect x="${x}" y="${y}" width="${r}" height="${between(5, r)}" transform="rotate(${between(0, 90)} ${x} ${y})" ${paint}/>`;
  };
  const markup = Array.from({ length: 24 }, createShape).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${markup}</svg>`;
}

/** Draws a cut-out product: opaque in the middle, with a soft edge, on a transparent background. */
export async function drawCutOutPng(width: number, height: number, seed: number): Promise<Buffer> {
  const photograph = await drawPhotographPixels(width, height, seed);
  const mask = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><radialGradient id="g"><stop offset="0.9" stop-color="#fff"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient></defs><ellipse cx="50%" cy="50%" rx="45%" ry="45%" fill="url(#g)"/></svg>`;
  return sharp(photograph, { raw: { width, height, channels: 3 } })
    .ensureAlpha()
    .composite([{ input: Buffer.from(mask), blend: 'dest-in' }])
    .png({ compressionLevel: 6 })
    .toBuffer();
}

export async function drawPhotographJpeg(
  width: number,
  height: number,
  seed: number,
  { quality = 90, progressive = false } = {},
): Promise<Buffer> {
  const pixels = await drawPhotographPixels(width, height, seed);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality, progressive })
    .toBuffer();
}

/** Draws a photograph of a given sharpness, or a product on white, at quality 92. */
export async function drawVariedJpeg(
  width: number,
  seed: number,
  { blur, isOnWhite }: { blur: number; isOnWhite: boolean },
): Promise<Buffer> {
  const height = Math.round(width * 0.8);
  return isOnWhite
    ? drawProductJpeg(width, height, seed, { quality: 92, blur })
    : sharp(await drawPhotographPixels(width, height, seed), {
        raw: { width, height, channels: 3 },
      })
        .blur(blur)
        .jpeg({ quality: 92 })
        .toBuffer();
}

/** Draws a blurred product on white, with the settings that image editors use for the web. */
export async function drawProductJpeg(
  width: number,
  height: number,
  seed: number,
  { blur = 1.2, ...settings }: JpegOptions & { blur?: number } = {},
): Promise<Buffer> {
  const photograph = await drawPhotographPixels(width, height, seed);
  const mask = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><ellipse cx="50%" cy="50%" rx="34%" ry="42%" fill="#fff"/></svg>`;
  const blurred = await sharp(photograph, { raw: { width, height, channels: 3 } })
    .blur(blur)
    .toBuffer();
  const product = await sharp(blurred, { raw: { width, height, channels: 3 } })
    .ensureAlpha()
    .composite([{ input: Buffer.from(mask), blend: 'dest-in' }])
    .raw()
    .toBuffer();
  return sharp(product, { raw: { width, height, channels: 4 } })
    .flatten({ background: '#fff' })
    .jpeg({ quality: 75, ...settings })
    .toBuffer();
}
