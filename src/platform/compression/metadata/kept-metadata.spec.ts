import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { photograph } from '../../../../test/support/sample-images.js';
import { rgbTags, textTag, buildTiff, withTags } from '../../../../test/support/tiff.js';
import { buildExifWithCopyright, xmp } from '../../../../test/support/metadata.js';
import { insertJpegSegment } from '../jpeg/insert-segment.js';
import { MARKER } from '../jpeg/segments.js';
import { insertGifXmp } from './strip-gif.js';
import { readXmpRights } from './xmp-rights.js';

const createXmpWithSourceType = (term: string) =>
  xmp(
    '<dc:creator>secretperson</dc:creator><Iptc4xmpExt:DigitalSourceType>' +
      `http://cv.iptc.org/newscodes/digitalsourcetype/${term}</Iptc4xmpExt:DigitalSourceType>`,
  );

const XMP_WITH_RIGHTS = xmp(
  '<dc:creator><rdf:Seq><rdf:li>Zoë Müller</rdf:li><rdf:li>Ann &amp; Co</rdf:li></rdf:Seq></dc:creator>' +
    '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© 2026 Kiln GmbH</rdf:li></rdf:Alt></dc:rights>' +
    '<photoshop:Credit>Kiln Press</photoshop:Credit><exif:GPSLatitude>52,31.2N</exif:GPSLatitude>' +
    '<photoshop:City>secretcity</photoshop:City>',
);
const RIGHTS = {
  creators: ['Zoë Müller', 'Ann & Co'],
  copyright: '© 2026 Kiln GmbH',
  credit: 'Kiln Press',
};

const SOURCE_FORMATS = ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const;
const FORMATS_WITH_EXIF = ['jpeg', 'png', 'webp', 'avif'] as const;
const FORMATS = ['original', 'jpeg', 'png', 'webp', 'avif'] as const;

/** Reads the XMP of an image. Sharp neither reads nor writes the XMP of a GIF. */
const readXmp = async (output: Buffer) =>
  (await sharp(output).metadata()).xmpAsString ?? output.toString();
const readRights = async (output: Buffer) => readXmpRights(await readXmp(output));

async function encodeWithXmp(
  image: Sharp,
  format: (typeof SOURCE_FORMATS)[number],
  packet: string,
): Promise<Buffer> {
  const encoded = await image.withXmp(packet).toBuffer();
  return format === 'gif' ? insertGifXmp(encoded, Buffer.from(packet)) : encoded;
}

describe('compressImage() with generated images', () => {
  it.each(SOURCE_FORMATS)(
    'compressImage() keeps only the digital source type of generated %s images',
    async (source) => {
      for (const size of [16, 160]) {
        const image = photograph(size, size)
          .toFormat(source, source === 'gif' ? {} : { quality: 20 })
          .withExif({ IFD0: { Artist: 'secretperson' } });
        const packet = createXmpWithSourceType('trainedAlgorithmicMedia');
        const input = await encodeWithXmp(image, source, packet);
        for (const format of FORMATS) {
          const { output } = await compress(input, { format });
          expect(await readXmp(output)).toContain('digitalsourcetype/trainedAlgorithmicMedia');
          expect(output.includes('secretperson')).toBe(false);
          const maxLength = format === 'original' ? input.length : Infinity;
          expect(output.length).toBeLessThanOrEqual(maxLength);
        }
      }
    },
  );

  it('compressImage() removes a digital source type that is not in the vocabulary', async () => {
    const input = await photograph(160, 160)
      .jpeg()
      .withXmp(createXmpWithSourceType('secretperson'))
      .toBuffer();
    expect((await compress(input)).output.includes('secretperson')).toBe(false);
  });
});

describe('compressImage() with metadata=copyright', () => {
  it.each(SOURCE_FORMATS)(
    'compressImage() with metadata=copyright keeps the creators, copyright and credit of %s images, but not the GPS position',
    async (source) => {
      const image = photograph(160, 160)
        .toFormat(source, source === 'gif' ? {} : { quality: 90 })
        .withExif({ IFD0: { Model: 'secretcamera' }, IFD3: { GPSLatitudeRef: 'N' } });
      const input = await encodeWithXmp(image, source, XMP_WITH_RIGHTS);
      for (const format of FORMATS) {
        const { output } = await compress(input, { format, metadata: 'copyright' });
        expect(await readRights(output)).toEqual(RIGHTS);
        for (const text of ['GPSLatitude', 'secretcity', 'secretcamera']) {
          expect(output.includes(text)).toBe(false);
        }
        const maxLength = format === 'original' ? input.length : Infinity;
        expect(output.length).toBeLessThanOrEqual(maxLength);
      }
    },
  );

  it('compressImage() with metadata=copyright keeps the Artist and Copyright tags of a TIFF', async () => {
    const pixels = await photograph(64, 48).removeAlpha().raw().toBuffer();
    const tags = withTags(
      rgbTags(64, 48),
      textTag(315, 'Zoe\0'),
      textTag(33_432, '2026 Kiln\0'),
      textTag(305, 'secretprogram\0'),
    );
    const input = buildTiff([{ tags, parts: [pixels] }]);
    const { output } = await compress(input, { metadata: 'copyright' });
    expect(await readRights(output)).toMatchObject({ creators: ['Zoe'], copyright: '2026 Kiln' });
    expect(output.includes('secretprogram')).toBe(false);
    expect(output.length).toBeLessThanOrEqual(input.length);
  });

  it.each(FORMATS_WITH_EXIF)(
    'compressImage() with metadata=copyright keeps the EXIF fields Artist and Copyright of %s images',
    async (source) => {
      const input = await photograph(160, 160)
        .toFormat(source, { quality: 90 })
        .withExif({ IFD0: { Artist: 'Zoe; Ann', Copyright: '2026 Kiln', Model: 'secretcamera' } })
        .toBuffer();
      const { output } = await compress(input, { metadata: 'copyright' });
      const { creators, copyright } = await readRights(output);
      expect({ creators, copyright }).toEqual({ creators: ['Zoe', 'Ann'], copyright: '2026 Kiln' });
      expect(output.includes('secretcamera')).toBe(false);
      expect(output.length).toBeLessThanOrEqual(input.length);
    },
  );

  it('compressImage() with metadata=copyright keeps the IPTC fields By-line, Credit and Copyright Notice of a JPEG', async () => {
    const plainJpeg = await photograph(160, 160).jpeg({ quality: 90 }).toBuffer();
    const createRecord = (dataset: number, text: string) => {
      const bytes = Buffer.from(text, 'latin1');
      return Buffer.from([0x1c, 2, dataset, 0, bytes.length, ...bytes]);
    };
    const records = Buffer.concat([
      createRecord(80, 'Zo\u00eb'),
      createRecord(80, 'Ann'),
      createRecord(90, 'secretcity'),
      createRecord(110, 'Kiln Press'),
      createRecord(116, '\u00a9 Kiln'),
    ]);
    const resource = Buffer.concat([
      Buffer.from('Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0', 'latin1'),
      Buffer.from([records.length, ...records, ...(records.length % 2 ? [0] : [])]),
    ]);
    const segment = Buffer.from([0xff, 0xed, 0, resource.length + 2, ...resource]);
    const input = Buffer.concat([plainJpeg.subarray(0, 2), segment, plainJpeg.subarray(2)]);
    const { output } = await compress(input, { metadata: 'copyright' });
    expect(await readRights(output)).toEqual({
      creators: ['Zoë', 'Ann'],
      copyright: '© Kiln',
      credit: 'Kiln Press',
    });
    expect(output.includes('secretcity')).toBe(false);
  });

  it('compressImage() with metadata=copyright reads the EXIF of a JPEG whose thumbnail directory is broken', async () => {
    const exif = buildExifWithCopyright('2026 Kiln');
    // The offset of the next directory is beyond the end of the data.
    exif.writeUInt32BE(0x7fffffff, 22);
    const plainJpeg = await photograph(160, 160).jpeg({ quality: 90 }).toBuffer();
    const input = insertJpegSegment(plainJpeg, MARKER.APP1, 'Exif\0\0', exif);
    const { output } = await compress(input, { metadata: 'copyright' });
    expect((await readRights(output)).copyright).toBe('2026 Kiln');
  });

  it.each(['webp', 'png', 'jpeg', 'avif'] as const)(
    'compressImage() with metadata=copyright writes XMP to %s images only once',
    async (format) => {
      const input = await photograph(160, 160).jpeg().withXmp(XMP_WITH_RIGHTS).toBuffer();
      const { output } = await compress(input, { format, metadata: 'copyright' });
      expect(output.toString('latin1').split('<x:xmpmeta').length - 1).toBe(1);
    },
  );

  it('compressImage() with metadata=copyright keeps the pixels of a small AVIF whose copyright does not fit', async () => {
    const input = await photograph(320, 240)
      .avif({ quality: 40 })
      .withExif({ IFD0: { Copyright: 'K' } })
      .toBuffer();
    const { output } = await compress(input, { quality: 80, metadata: 'copyright' });
    const [before, after] = await Promise.all(
      [input, output].map((image) => sharp(image).raw().toBuffer()),
    );
    expect(after.equals(before)).toBe(true);
    expect(output.length).toBeLessThanOrEqual(input.length);
  });

  it('compressImage() with metadata=copyright keeps the source type of a small AVIF whose copyright does not fit', async () => {
    const input = await photograph(320, 240)
      .avif({ quality: 40 })
      .withExif({ IFD0: { Copyright: 'Kiln '.repeat(200) } })
      .withXmp(createXmpWithSourceType('trainedAlgorithmicMedia'))
      .toBuffer();
    const { output } = await compress(input, { quality: 80, metadata: 'copyright' });
    expect(await readXmp(output)).toContain('digitalsourcetype/trainedAlgorithmicMedia');
    const [before, after] = await Promise.all(
      [input, output].map((image) => sharp(image).raw().toBuffer()),
    );
    expect(after.equals(before)).toBe(true);
  });

  it('compressImage() with metadata=copyright omits the copyright if it would make a tiny image larger than its source', async () => {
    const input = await photograph(8, 8)
      .jpeg({ quality: 1 })
      .withExif({ IFD0: { Copyright: 'K' } })
      .toBuffer();
    const { output } = await compress(input, { metadata: 'copyright' });
    expect(output.length).toBeLessThanOrEqual(input.length);
  });
});
