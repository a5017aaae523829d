import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { photograph } from '../../../../test/support/sample-images.js';

const KINDS = [
  ['baseline 4:2:0', {}],
  ['baseline 4:4:4', { chromaSubsampling: '4:4:4' }],
  ['progressive', { progressive: true }],
] as const;

describe('compressImage() of a JPEG without its end marker', () => {
  it.each(KINDS)(
    'compressImage() of a JPEG without its end marker returns the same pixels as for the complete file: %s',
    async (_, settings) => {
      const whole = await photograph(320, 240).jpeg(settings).toBuffer();
      const expected = await compress(whole);
      for (const missing of [1, 2]) {
        const { output } = await compress(whole.subarray(0, -missing));
        expect(output.equals(expected.output)).toBe(true);
      }
    },
  );

  it.each(KINDS)(
    'compressImage() of a JPEG without its end marker fails if image data is missing too: %s',
    async (_, settings) => {
      const whole = await photograph(320, 240).jpeg(settings).toBuffer();
      for (const part of [0.4, 0.7, 0.95]) {
        const cut = whole.subarray(0, Math.floor(whole.length * part));
        await expect(compress(cut)).rejects.toMatchObject({ code: 'image_truncated' });
      }
    },
  );

  it('compressImage() of a JPEG without its end marker fails if whole progressive scans are missing', async () => {
    const whole = await photograph(320, 240).jpeg({ progressive: true }).toBuffer();
    const scans = [...whole.keys()].filter(
      (offset) => whole[offset] === 0xff && whole[offset + 1] === 0xda,
    );
    expect(scans.length).toBeGreaterThan(2);
    const tables = whole.lastIndexOf(Buffer.from([0xff, 0xc4]), scans.at(-1));
    const end = tables > scans.at(-2)! ? tables : scans.at(-1)!;
    const cut = whole.subarray(0, end);
    await expect(compress(cut)).rejects.toMatchObject({ code: 'image_truncated' });
  });

  it('compressImage() of a JPEG without its end marker never adds bytes for the end marker', async () => {
    const { output: tiny } = await compress(
      await photograph(12, 12).jpeg({ quality: 5 }).toBuffer(),
    );
    const cut = tiny.subarray(0, -2);
    const { output, keptOriginal } = await compress(cut, { quality: 95 });
    expect(keptOriginal).toBe(true);
    expect(output.equals(cut)).toBe(true);
  });
});

describe('compressImage() of a baseline JPEG with a wrong spectral selection', () => {
  const PARAMETERS = [
    ['Se of 0', [0, 0, 0]],
    ['Ss of 1', [1, 63, 0]],
    ['Al of 1', [0, 63, 1]],
  ] as const;
  const SAMPLINGS = ['4:2:0', '4:4:4'] as const;
  const cases = SAMPLINGS.flatMap((sampling) =>
    PARAMETERS.map(([name, values]) => ({ sampling, name, values })),
  );

  it.each(cases)(
    'compressImage() of a baseline JPEG with a wrong spectral selection returns the same bytes as for the correct file: $sampling, $name',
    async (defective) => {
      const correct = await photograph(320, 240)
        .jpeg({ chromaSubsampling: defective.sampling })
        .toBuffer();
      const wrong = Buffer.from(correct);
      const scan = wrong.indexOf(Buffer.from([0xff, 0xda]));
      wrong.set(defective.values, scan + 2 + wrong.readUInt16BE(scan + 2) - 3);
      const expected = await compress(correct);
      expect((await compress(wrong)).output.equals(expected.output)).toBe(true);
    },
  );
});

describe('compressImage() of a JPEG with 4:4:4 chroma sampling', () => {
  const stripes = (settings: object) => {
    const [width, height] = [320, 240];
    const pixels = Buffer.alloc(width * height * 3, 255);
    for (let offset = 0; offset < pixels.length; offset += 12) pixels.set([0xe0, 0, 0x20], offset);
    return sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 92, chromaSubsampling: '4:4:4', ...settings })
      .toBuffer();
  };
  const samplingOf = async (input: Buffer, quality: number) =>
    (await compress(input, { quality })).metadata.chromaSubsampling;

  it.each([{}, { progressive: true }])(
    'compressImage() of a JPEG with 4:4:4 chroma sampling keeps 4:4:4 for thin saturated lines: %o',
    async (settings) => {
      expect(await samplingOf(await stripes(settings), 50)).toBe('4:4:4');
    },
  );

  it('compressImage() of a JPEG with 4:4:4 chroma sampling keeps it for thin saturated lines in CMYK', async () => {
    const input = await sharp(await stripes({}))
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer();
    expect(await sharp(input).metadata()).toMatchObject({ space: 'cmyk' });
    for (const quality of [50, 90]) expect(await samplingOf(input, quality)).toBe('4:4:4');
  });

  it('compressImage() of a JPEG with 4:4:4 chroma sampling uses 4:2:0 for a photograph below quality 90', async () => {
    const photo = await photograph(320, 240)
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toBuffer();
    expect(await samplingOf(photo, 50)).toBe('4:2:0');
    expect(await samplingOf(photo, 90)).toBe('4:4:4');
  });
});
