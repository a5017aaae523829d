import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { photograph } from '../../../../test/support/sample-images.js';
import { rgbTags, textTag, buildTiff, withTags } from '../../../../test/support/tiff.js';

const [WIDTH, HEIGHT, SOFTWARE] = [48, 32, 305];

/** Finds the positions of the directory offsets: in the header, and after each directory. */
function findLinks(bytes: Buffer): number[] {
  const links = [4];
  for (let start = bytes.readUInt32LE(4); start !== 0; start = bytes.readUInt32LE(links.at(-1))) {
    links.push(start + 2 + 12 * bytes.readUInt16LE(start));
  }
  return links;
}

/** Creates a TIFF whose last page links to its first page. */
async function createCircularTiff(pageCount: number): Promise<Buffer> {
  const pixels = await photograph(WIDTH, HEIGHT).removeAlpha().raw().toBuffer();
  const tags = withTags(rgbTags(WIDTH, HEIGHT), textTag(SOFTWARE, 'secretprogram\0'));
  const bytes = buildTiff(Array.from({ length: pageCount }, () => ({ tags, parts: [pixels] })));
  bytes.writeUInt32LE(bytes.readUInt32LE(4), findLinks(bytes).at(-1));
  return bytes;
}

describe('compressImage() with a TIFF whose last page links to the first', () => {
  it.each([1, 3])(
    'compressImage() keeps all pages (%i) of a TIFF whose last page links to the first',
    async (pageCount) => {
      const { output, metadata, width, height } = await compress(
        await createCircularTiff(pageCount),
      );
      expect([width, height]).toEqual([WIDTH, HEIGHT]);
      expect(metadata.pages ?? 1).toBe(pageCount);
      expect(findLinks(output)).toHaveLength(pageCount + 1);
      expect(output.includes('secret')).toBe(false);
    },
  );

  it('compressImage() converts a TIFF whose last page links to the first', async () => {
    const { metadata } = await compress(await createCircularTiff(2), { format: 'jpeg' });
    expect(metadata).toMatchObject({ format: 'jpeg', width: WIDTH, height: HEIGHT });
  });
});
