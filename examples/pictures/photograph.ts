import sharp, { type Sharp } from 'sharp';
import { seededRandom } from './random.js';
import { type Picture, sceneSvg } from './scene.js';

/** Standard deviation of the sensor's noise, of 255. */
const GRAIN = 3;

/** Saves the drawing like a camera: grain, quality 92, EXIF. */
export async function photograph(picture: Picture): Promise<Buffer> {
  const frames = [picture.drawing, ...(picture.frames ?? [])];
  const exposures = await Promise.all(
    frames.map((drawing) => expose(Buffer.from(sceneSvg(picture, drawing)))),
  );
  if (picture.path.endsWith('.gif')) {
    const delay = exposures.map(() => 120);
    const stills = await Promise.all(exposures.map((image) => image.png().toBuffer()));
    return sharp(stills, { join: { animated: true } })
      .gif({ effort: 1, colors: 128, delay, loop: 0, dither: 0.6 })
      .toBuffer();
  }
  return save(exposures[0], picture).toBuffer();
}

async function expose(svg: Buffer): Promise<Sharp> {
  const { data, info } = await sharp(svg).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  addGrain(data);
  return sharp(data, { raw: { width, height, channels: 4 } });
}

/** A prime length, so the noise does not repeat in each row of an image. */
const GRAIN_SAMPLES = 65_537;
let samples: Int8Array | undefined;

/** Changes RGBA pixels in place. Keeps fully transparent ones. */
function addGrain(pixels: Buffer): void {
  samples ??= grain();
  const clamped = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length);
  for (let at = 0, sample = 0; at < clamped.length; at += 4) {
    if (clamped[at + 3] === 0) continue;
    sample = sample >= GRAIN_SAMPLES - 3 ? 0 : sample + 3;
    clamped[at] += samples[sample];
    clamped[at + 1] += samples[sample + 1];
    clamped[at + 2] += samples[sample + 2];
  }
}

/** Seeded noise, mostly luma and a little chroma. The sum of three uniform numbers is nearly normal. */
function grain(): Int8Array {
  const random = seededRandom(1);
  const gaussian = () => (random() + random() + random() - 1.5) * 2;
  const noise = new Int8Array(GRAIN_SAMPLES);
  for (let at = 0; at < noise.length; at += 3) {
    const light = gaussian() * GRAIN;
    for (let channel = 0; channel < 3; channel += 1) {
      noise[at + channel] = Math.round(light + gaussian() * GRAIN * 0.4);
    }
  }
  return noise;
}

function save(image: Sharp, picture: Picture): Sharp {
  const format = picture.path.split('.').at(-1);
  switch (format) {
    case 'jpg':
      if (picture.tiny) return image.flatten().jpeg({ quality: 30, mozjpeg: true });
      if (picture.storeRotated) return rotatePixels(image.flatten()).jpeg({ quality: 92 });
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
      throw new Error(`No example picture can be a ${format}`);
  }
}

function rotatePixels(image: Sharp): Sharp {
  const place = {
    GPSLatitudeRef: 'N',
    GPSLatitude: '48/1 51/1 2970/100',
    GPSLongitudeRef: 'E',
    GPSLongitude: '2/1 17/1 4020/100',
  };
  return image
    .rotate(270)
    .withExif({ IFD0: { Make: 'Example Phones', Orientation: '6' }, IFD3: place })
    .withMetadata({ orientation: 6 });
}
