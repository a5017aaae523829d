import sharp, { type Sharp } from 'sharp';
import { createSeededRandom } from './random.js';
import { type ExampleImage, renderSceneSvg } from './scene.js';

/** Standard deviation of the sensor noise, on a scale of 255. */
const GRAIN_DEVIATION = 3;

/** Renders the drawing as a camera would: with grain, JPEG quality 92 and EXIF data. */
export async function photograph(example: ExampleImage): Promise<Buffer> {
  const frames = [example.drawing, ...(example.frames ?? [])];
  const exposures = await Promise.all(
    frames.map((drawing) => exposeFrame(Buffer.from(renderSceneSvg(example, drawing)))),
  );
  if (example.path.endsWith('.gif')) {
    const delay = exposures.map(() => 120);
    const stills = await Promise.all(exposures.map((image) => image.png().toBuffer()));
    return sharp(stills, { join: { animated: true } })
      .gif({ effort: 1, colors: 128, delay, loop: 0, dither: 0.6 })
      .toBuffer();
  }
  return encodeImage(exposures[0], example).toBuffer();
}

async function exposeFrame(svg: Buffer): Promise<Sharp> {
  const { data, info } = await sharp(svg).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  addGrain(data);
  return sharp(data, { raw: { width, height, channels: 4 } });
}

/** A prime number, which prevents the noise from repeating in each row of an image. */
const GRAIN_SAMPLE_COUNT = 65_537;
let grainSamples: Int8Array | undefined;

/** Adds noise to RGBA pixels in place. Does not change fully transparent pixels. */
function addGrain(pixels: Buffer): void {
  grainSamples ??= createGrain();
  const clamped = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length);
  for (let offset = 0, sample = 0; offset < clamped.length; offset += 4) {
    if (clamped[offset + 3] === 0) continue;
    sample = sample >= GRAIN_SAMPLE_COUNT - 3 ? 0 : sample + 3;
    clamped[offset] += grainSamples[sample];
    clamped[offset + 1] += grainSamples[sample + 1];
    clamped[offset + 2] += grainSamples[sample + 2];
  }
}

/** Creates seeded noise, mostly luma and a little chroma. The sum of three uniform numbers is nearly normal. */
function createGrain(): Int8Array {
  const random = createSeededRandom(1);
  const randomGaussian = () => (random() + random() + random() - 1.5) * 2;
  const noise = new Int8Array(GRAIN_SAMPLE_COUNT);
  for (let offset = 0; offset < noise.length; offset += 3) {
    const luma = randomGaussian() * GRAIN_DEVIATION;
    for (let channel = 0; channel < 3; channel += 1) {
      noise[offset + channel] = Math.round(luma + randomGaussian() * GRAIN_DEVIATION * 0.4);
    }
  }
  return noise;
}

function encodeImage(image: Sharp, example: ExampleImage): Sharp {
  const format = example.path.split('.').at(-1);
  switch (format) {
    case 'jpg':
      if (example.isAlreadySmall) return image.flatten().jpeg({ quality: 30, mozjpeg: true });
      if (example.isStoredRotated) return rotateLikePhone(image.flatten()).jpeg({ quality: 92 });
      return image
        .flatten()
        .jpeg({ quality: 92 })
        .withExif({ IFD0: { Make: 'Example Cameras' } });
    case 'png':
      return image.png({ compressionLevel: 3 });
    case 'webp':
      return image.webp({ quality: 90, effort: 1 });
    case 'avif':
      return image.flatten().avif({ quality: 80, effort: 0 });
    case 'tiff':
      return image.flatten().tiff({ compression: 'lzw', predictor: 'horizontal' });
    default:
      throw new Error(`Example images cannot have the format ${format}.`);
  }
}

function rotateLikePhone(image: Sharp): Sharp {
  const gpsData = {
    GPSLatitudeRef: 'N',
    GPSLatitude: '48/1 51/1 2970/100',
    GPSLongitudeRef: 'E',
    GPSLongitude: '2/1 17/1 4020/100',
  };
  return image
    .rotate(270)
    .withExif({ IFD0: { Make: 'Example Phones', Orientation: '6' }, IFD3: gpsData })
    .withMetadata({ orientation: 6 });
}
