import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildExifWithCopyright, xmp } from '../../../../test/support/metadata.js';
import { buildKeptXmp } from './kept-xmp.js';
import { readXmpRights } from './xmp-rights.js';

describe('buildKeptXmp()', () => {
  it('buildKeptXmp() writes any text in a form that readXmpRights() reads back', () => {
    const anyText = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .map((text) => text.replaceAll(/\p{Cc}|\p{Cs}/gu, ' ').trim())
      .filter((text) => text !== '');
    fc.assert(
      fc.property(anyText, anyText, (creator, copyright) => {
        const escapeXml = (text: string) =>
          text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
        const source = xmp(
          `<dc:creator>${escapeXml(creator)}</dc:creator><dc:rights>${escapeXml(copyright)}</dc:rights>`,
        );
        const keptXmp = buildKeptXmp(source, {}, 'copyright')!.toString();
        expect(readXmpRights(keptXmp)).toEqual({
          creators: [creator],
          copyright,
          credit: undefined,
        });
      }),
    );
  });

  it('buildKeptXmp() omits code points that XML does not allow', () => {
    const exif = buildExifWithCopyright('Kiln\uFFFEGmbH\uFFFF');
    const keptXmp = buildKeptXmp('', { exif }, 'copyright')!.toString();
    expect(readXmpRights(keptXmp).copyright).toBe('Kiln GmbH');
  });

  it('buildKeptXmp() returns XMP that fits into one JPEG segment', () => {
    const longText = '&lt;'.repeat(5000);
    const source = xmp(
      `${'abcdefghijkl'
        .split('')
        .map((c) => `<dc:creator>${c}${longText}</dc:creator>`)
        .join('')}<dc:rights>${longText}</dc:rights>`,
    );
    expect(buildKeptXmp(source, {}, 'copyright')!.length).toBeLessThan(60_000);
  });

  it('buildKeptXmp() does not throw for XMP that is not XML', () => {
    fc.assert(
      fc.property(fc.string(), (invalidXml) => {
        const brokenXmp = `<x:xmpmeta>${invalidXml}<dc:rights></x:xmpmeta>`;
        expect(() => buildKeptXmp(brokenXmp, {}, 'copyright')).not.toThrow();
      }),
    );
  });

  it('buildKeptXmp() does not throw for any EXIF and IPTC data', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const header = Buffer.from('Exif\0\0II*\0\x08\0\0\0', 'latin1');
        const exif = Buffer.concat([header, bytes]);
        const iptc = Buffer.concat([Buffer.from('8BIM\x04\x04', 'latin1'), bytes]);
        expect(() => buildKeptXmp('', { exif, iptc }, 'copyright')).not.toThrow();
      }),
    );
  });
});
