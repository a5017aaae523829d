import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../test/support/compress.js';
import { photograph } from '../../../test/support/pictures.js';
import { provenanceOf } from './provenance.js';

const xmpOf = (term: string) =>
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ' +
  'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>secretperson</dc:creator>' +
  `<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/${term}` +
  '</Iptc4xmpExt:DigitalSourceType></rdf:Description></rdf:RDF></x:xmpmeta>';

const SOURCES = ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const;

describe('compressImage() of a generated image', () => {
  it.each(SOURCES)(
    'compressImage() of a generated image keeps the provenance of a %s and no other metadata',
    async (source) => {
      for (const size of [16, 160]) {
        const input = await photograph(size, size)
          .toFormat(source, { quality: 20 })
          .withExif({ IFD0: { Artist: 'secretperson' } })
          .withXmp(xmpOf('trainedAlgorithmicMedia'))
          .toBuffer();
        for (const format of ['original', 'jpeg', 'png', 'webp', 'avif'] as const) {
          const { output } = await compress(input, { format });
          const { xmpAsString } = await sharp(output).metadata();
          expect(xmpAsString).toContain('digitalsourcetype/trainedAlgorithmicMedia');
          expect(output.includes('secretperson')).toBe(false);
          const most = format === 'original' ? input.length : Infinity;
          expect(output.length).toBeLessThanOrEqual(most);
        }
      }
    },
  );

  it('compressImage() of a generated image drops a source type that is not in the vocabulary', async () => {
    const input = await photograph(160, 160).jpeg().withXmp(xmpOf('secretperson')).toBuffer();
    expect((await compress(input)).output.includes('secretperson')).toBe(false);
  });
});

describe('provenanceOf()', () => {
  it('provenanceOf() returns nothing for XMP without the property', () => {
    expect(provenanceOf('<x:xmpmeta/>')).toBeUndefined();
    expect(provenanceOf('newscodes/digitalsourcetype/trainedAlgorithmicMedia')).toBeUndefined();
  });
});
