import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { StatusImage } from '../support/api-client.js';
import { serveFile } from '../support/origin-behaviors.js';
import { animation, closeTo, photograph, readPixel, twoHalves } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

const RED = [176, 64, 64, 255];
const BLUE = [64, 96, 144, 255];
const GPS = { IFD3: { GPSLatitude: '51/1 30/1 0/1', GPSLatitudeRef: 'N' } };

describe('The images of a catalog', () => {
  const scenario = Scenario.forThisFile({ origin: true });

  /** Compresses one image. Returns its entry in the status and the bytes at its output URL. */
  async function compressImage(name: string, bytes: Buffer, options: Record<string, string> = {}) {
    scenario.origin.on(`/${name}`, serveFile(bytes));
    const csv = `S. No.,Product Name,Input Image Urls\n1,A,${scenario.origin.url(`/${name}`)}\n`;
    const { products } = await scenario.api.waitUntilFinal(
      await scenario.api.uploadAccepted(csv, options),
    );
    const image: StatusImage = products[0].images[0];
    expect(image.error).toBeNull();
    const response = await fetch(image.output_url!);
    const output = Buffer.from(await response.arrayBuffer());
    expect(output.length).toBe(image.bytes_out);
    return { image, output, type: response.headers.get('content-type') };
  }

  it('The images of a catalog are rotated upright and lose their GPS position', async () => {
    const sidewaysImage = (await twoHalves(400, 300, '#b04040', '#406090')).flatten().jpeg();
    const input = await sidewaysImage.withExif(GPS).withMetadata({ orientation: 6 }).toBuffer();
    const { image, output } = await compressImage('side.jpg', input);
    expect(image).toMatchObject({ width: 300, height: 400, kept_original: false });
    // After a clockwise rotation, the left side is at the top.
    expect(await readPixel(output, 150, 50)).toEqual(closeTo(RED));
    expect(await readPixel(output, 150, 350)).toEqual(closeTo(BLUE));
    expect((await sharp(output).metadata()).exif).toBeUndefined();
  });

  it('The images of a catalog keep transparency as PNG and get a white background as JPEG', async () => {
    const input = await (await twoHalves(200, 100, '#b04040', '#00000000')).png().toBuffer();
    const png = await compressImage('cutout.png', input);
    expect(png.type).toBe('image/png');
    expect((await readPixel(png.output, 150, 50))[3]).toBe(0);
    const jpeg = await compressImage('cutout.png', input, { format: 'jpeg' });
    expect(jpeg.type).toBe('image/jpeg');
    expect(await readPixel(jpeg.output, 150, 50)).toEqual(closeTo([255, 255, 255, 255]));
  });

  it('The images of a catalog keep their animation frames', async () => {
    const input = await (await animation(64, ['#f00', '#0f0', '#00f'], 120)).toBuffer();
    const { output, image } = await compressImage('moving.gif', input);
    expect(image.format).toBe('gif');
    expect(await sharp(output, { animated: true }).metadata()).toMatchObject({
      pages: 3,
      delay: [120, 120, 120],
    });
  });

  it('The images of a catalog are converted from CMYK with their color profile', async () => {
    const input = await (
      await twoHalves(64, 64, '#b04040', '#406090')
    )
      .withIccProfile('cmyk')
      .jpeg({ quality: 95 })
      .toBuffer();
    const { output } = await compressImage('print.jpg', input);
    expect((await sharp(output).metadata()).space).toBe('srgb');
    // CMYK has a smaller gamut than sRGB, so red becomes slightly darker.
    expect(await readPixel(output, 10, 30)).toEqual(closeTo(RED, 24));
    expect(await readPixel(output, 54, 30)).toEqual(closeTo(BLUE, 24));
  });

  it('The images of a catalog stay unchanged byte for byte if compression does not make them smaller', async () => {
    const source = await photograph(160, 120).jpeg({ quality: 10, mozjpeg: true }).toBuffer();
    const { output: input } = await compressImage('tiny.jpg', source);
    const { image, output } = await compressImage('compressed.jpg', input);
    expect(image.kept_original).toBe(true);
    expect(output.equals(input)).toBe(true);
  });

  it('The images of a catalog are scaled down to fit but are not enlarged', async () => {
    const input = await photograph(800, 600).jpeg().toBuffer();
    const scaled = await compressImage('large.jpg', input, { max_width: '200', max_height: '200' });
    expect(scaled.image).toMatchObject({ width: 200, height: 150 });
    const unscaled = await compressImage('large.jpg', input, { max_width: '2000' });
    expect(unscaled.image).toMatchObject({ width: 800, height: 600 });
  });
});
