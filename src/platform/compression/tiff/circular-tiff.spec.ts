import { describe, expect, it } from 'vitest';
import { compress } from '../../../../test/support/compress.js';
import { photograph } from '../../../../test/support/sample-images.js';
import { rgbTags, textTag, buildTiff, withTags } from '../../../../test/support/tiff.js';

const [WIDTH, HEIGHT, SOFTWARE] = [48, 32, 305];

/** Positions of the offsets of the directories: in the header, and after each directory. */
function linksOf(bytes: Buffer): number[] {
  const links = [4];
  for (let start = bytes.readUInt32LE(4); start !== 0; start = bytes.readUInt32LE(links.at(-1))) {
    links.push(start + 2 + 12 * bytes.readUInt16LE(start));
  }
  return links;
}

/** A TIFF whose last page is followed by its first page. */
async function circularTiff(pages: number): Promise<Buffer> {
  const pixels = await photograph(WIDTH, HEIGHT).removeAlpha().raw().toBuffer();
  const tags = withTags(rgbTags(WIDTH, HEIGHT), textTag(SOFTWARE, 'secretprogram\0'));
  const bytes = buildTiff(Array.from({ length: pages }, () => ({ tags, parts: [pixels] })));
  bytes.writeUInt32LE(bytes.readUInt32LE(4), linksOf(bytes).at(-1));
  return bytes;
}

describe('compressImage() of a TIFF whose last page links to the first', () => {
  it.each([1, 3])(
    'compressImage() of a TIFF whose last page links to the first keeps its %i pages',
    async (pages) => {
      const { output, metadata, width, height } = await compress(await circularTiff(pages));
      expect([width, height]).toEqual([WIDTH, HEIGHT]);
      expect(metadata.pages ?? 1).toBe(pages);
      expect(linksOf(output)).toHaveLength(pages + 1);
      expect(output.includes('secret')).toBe(false);
    },
  );

  it('compressImage() of a TIFF whose last page links to the first converts it', async () => {
    const { metadata } = await compress(await circularTiff(2), { format: 'jpeg' });
    expect(metadata).toMatchObject({ format: 'jpeg', width: WIDTH, height: HEIGHT });
  });
});
