import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { PICTURES } from '../catalog/products.js';
import { photograph } from './photograph.js';

/** The picture at a fifth of its size. */
async function drawn(path: string) {
  const picture = PICTURES.find((each) => each.path === path)!;
  const [width, height] = [picture.width, picture.height].map((side) => Math.ceil(side / 5));
  return photograph({ ...picture, width, height });
}

describe('An example image', () => {
  it('An example image is identical each time it is drawn', async () => {
    expect(await drawn('/mug/front.jpg')).toEqual(await drawn('/mug/front.jpg'));
  });

  it.each([
    ['/shoe/front.jpg', 'jpeg'],
    ['/clock/front.png', 'png'],
    ['/plant/leaf.webp', 'webp'],
    ['/watch/front.avif', 'heif'],
    ['/candle/flame.gif', 'gif'],
    ['/kettle/front.tiff', 'tiff'],
  ])('The image %s has the properties that its name states', async (path, format) => {
    expect(await sharp(await drawn(path)).metadata()).toMatchObject({ format });
  });

  it('An example image has EXIF orientation 6 and GPS coordinates', async () => {
    const { orientation, width, height, exif } = await sharp(
      await drawn('/chair/front.jpg'),
    ).metadata();
    expect(orientation).toBe(6);
    expect(width).toBeGreaterThan(height);
    // The tag of the GPS directory (Exif 2.32, 4.6.3), in either byte order.
    expect(
      exif!.includes(Buffer.from([0x25, 0x88])) || exif!.includes(Buffer.from([0x88, 0x25])),
    ).toBe(true);
  });

  it('An example image has the transparency or frames that its name states', async () => {
    const { isOpaque } = await sharp(await drawn('/soap/cut-out.png')).stats();
    expect(isOpaque).toBe(false);
    const { pages } = await sharp(await drawn('/lamp/switch.gif'), { animated: true }).metadata();
    expect(pages).toBe(6);
  });
});
