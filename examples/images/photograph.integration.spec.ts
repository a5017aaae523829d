import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { EXAMPLE_IMAGES } from '../catalog/products.js';
import { photograph } from './photograph.js';

/** Draws the image at a fifth of its size. */
async function drawSmallImage(path: string) {
  const example = EXAMPLE_IMAGES.find((image) => image.path === path)!;
  const [width, height] = [example.width, example.height].map((side) => Math.ceil(side / 5));
  return photograph({ ...example, width, height });
}

describe('An example image', () => {
  it('An example image is identical each time it is drawn', async () => {
    expect(await drawSmallImage('/mug/front.jpg')).toEqual(await drawSmallImage('/mug/front.jpg'));
  });

  it.each([
    ['/shoe/front.jpg', 'jpeg'],
    ['/clock/front.png', 'png'],
    ['/plant/leaf.webp', 'webp'],
    ['/watch/front.avif', 'heif'],
    ['/candle/flame.gif', 'gif'],
    ['/kettle/front.tiff', 'tiff'],
  ])('The example image %j has the format %j', async (path, format) => {
    expect(await sharp(await drawSmallImage(path)).metadata()).toMatchObject({ format });
  });

  it('The example image that imitates a phone photo has EXIF orientation 6 and GPS coordinates', async () => {
    const { orientation, width, height, exif } = await sharp(
      await drawSmallImage('/chair/front.jpg'),
    ).metadata();
    expect(orientation).toBe(6);
    expect(width).toBeGreaterThan(height);
    // The tag of the GPS directory (Exif 2.32, 4.6.3), in either byte order.
    expect(
      exif!.includes(Buffer.from([0x25, 0x88])) || exif!.includes(Buffer.from([0x88, 0x25])),
    ).toBe(true);
  });

  it('A cut-out example image is transparent, and a GIF example image is animated', async () => {
    const { isOpaque } = await sharp(await drawSmallImage('/soap/cut-out.png')).stats();
    expect(isOpaque).toBe(false);
    const { pages } = await sharp(await drawSmallImage('/lamp/switch.gif'), {
      animated: true,
    }).metadata();
    expect(pages).toBe(6);
  });
});
