import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { photograph } from '../../../../test/support/sample-images.js';

const JPEG_VARIANTS = [
  ['baseline 4:2:0', {}],
  ['baseline 4:4:4', { chromaSubsampling: '4:4:4' }],
  ['progressive', { progressive: true }],
] as const;

describe('compressImage() with a JPEG without its end marker', () => {
  it.each(JPEG_VARIANTS)(
    'compressImage() returns the same pixels for a %s JPEG without its end marker as for the complete file',
    async (_, settings) => {
      const completeJpeg = await photograph(320, 240).jpeg(settings).toBuffer();
      const expected = await compress(completeJpeg);
      for (const missingBytes of [1, 2]) {
        const { output } = await compress(completeJpeg.subarray(0, -missingBytes));
        expect(output.equals(expected.output)).toBe(true);
      }
    },
  );

  it.each(JPEG_VARIANTS)(
    'compressImage() rejects a %s JPEG without its end marker if image data is also missing',
    async (_, settings) => {
      const completeJpeg = await photograph(320, 240).jpeg(settings).toBuffer();
      for (const fraction of [0.4, 0.7, 0.95]) {
        const truncatedJpeg = completeJpeg.subarray(0, Math.floor(completeJpeg.length * fraction));
        await expect(compress(truncatedJpeg)).rejects.toMatchObject({ code: 'image_truncated' });
      }
    },
  );

  it('compressImage() rejects a JPEG without its end marker if an entire progressive scan is missing', async () => {
    const completeJpeg = await photograph(320, 240).jpeg({ progressive: true }).toBuffer();
    const scans = [...completeJpeg.keys()].filter(
      (offset) => completeJpeg[offset] === 0xff && completeJpeg[offset + 1] === 0xda,
    );
    expect(scans.length).toBeGreaterThan(2);
    const tables = completeJpeg.lastIndexOf(Buffer.from([0xff, 0xc4]), scans.at(-1));
    const end = tables > scans.at(-2)! ? tables : scans.at(-1)!;
    const truncatedJpeg = completeJpeg.subarray(0, end);
    await expect(compress(truncatedJpeg)).rejects.toMatchObject({ code: 'image_truncated' });
  });

  it('compressImage() does not append a missing end marker to a tiny JPEG that it keeps', async () => {
    const { output: tinyJpeg } = await compress(
      await photograph(12, 12).jpeg({ quality: 5 }).toBuffer(),
    );
    const truncatedJpeg = tinyJpeg.subarray(0, -2);
    const { output, keptOriginal } = await compress(truncatedJpeg, { quality: 95 });
    expect(keptOriginal).toBe(true);
    expect(output.equals(truncatedJpeg)).toBe(true);
  });
});

describe('compressImage() with a JPEG that has a wrong spectral selection', () => {
  const PARAMETERS = [
    ['Se = 0', [0, 0, 0]],
    ['Ss = 1', [1, 63, 0]],
    ['Al = 1', [0, 63, 1]],
  ] as const;
  const SAMPLINGS = ['4:2:0', '4:4:4'] as const;
  const cases = SAMPLINGS.flatMap((sampling) =>
    PARAMETERS.map(([name, values]) => [sampling, name, values] as const),
  );

  it.each(cases)(
    'compressImage() returns the same bytes for a baseline %s JPEG with %s as for the valid file',
    async (sampling, _, values) => {
      const validJpeg = await photograph(320, 240).jpeg({ chromaSubsampling: sampling }).toBuffer();
      const malformedJpeg = Buffer.from(validJpeg);
      const scan = malformedJpeg.indexOf(Buffer.from([0xff, 0xda]));
      malformedJpeg.set(values, scan + 2 + malformedJpeg.readUInt16BE(scan + 2) - 3);
      const expected = await compress(validJpeg);
      expect((await compress(malformedJpeg)).output.equals(expected.output)).toBe(true);
    },
  );
});

describe('compressImage() with a JPEG that has 4:4:4 chroma sampling', () => {
  const drawStripes = (settings: object) => {
    const [width, height] = [320, 240];
    const pixels = Buffer.alloc(width * height * 3, 255);
    for (let offset = 0; offset < pixels.length; offset += 12) pixels.set([0xe0, 0, 0x20], offset);
    return sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 92, chromaSubsampling: '4:4:4', ...settings })
      .toBuffer();
  };
  const compressAndReadSampling = async (input: Buffer, quality: number) =>
    (await compress(input, { quality })).metadata.chromaSubsampling;

  it.each([{}, { progressive: true }])(
    'compressImage() keeps 4:4:4 chroma sampling for thin saturated lines in a JPEG encoded with %o',
    async (settings) => {
      expect(await compressAndReadSampling(await drawStripes(settings), 50)).toBe('4:4:4');
    },
  );

  it('compressImage() keeps 4:4:4 chroma sampling for thin saturated lines in a CMYK JPEG', async () => {
    const input = await sharp(await drawStripes({}))
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer();
    expect(await sharp(input).metadata()).toMatchObject({ space: 'cmyk' });
    for (const quality of [50, 90])
      expect(await compressAndReadSampling(input, quality)).toBe('4:4:4');
  });

  it('compressImage() uses 4:2:0 for a 4:4:4 photograph below quality 90', async () => {
    const photo = await photograph(320, 240)
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toBuffer();
    expect(await compressAndReadSampling(photo, 50)).toBe('4:2:0');
    expect(await compressAndReadSampling(photo, 90)).toBe('4:4:4');
  });
});
