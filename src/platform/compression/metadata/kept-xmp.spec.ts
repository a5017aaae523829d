import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exifWithCopyright, xmp } from '../../../../test/support/metadata.js';
import { buildKeptXmp } from './kept-xmp.js';
import { readXmpRights } from './xmp-rights.js';

describe('buildKeptXmp()', () => {
  it('buildKeptXmp() writes any text in a form that it can read back', () => {
    const anyText = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .map((given) => given.replaceAll(/\p{Cc}|\p{Cs}/gu, ' ').trim())
      .filter((given) => given !== '');
    fc.assert(
      fc.property(anyText, anyText, (creator, copyright) => {
        const escape = (given: string) =>
          given.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
        const source = xmp(
          `<dc:creator>${escape(creator)}</dc:creator><dc:rights>${escape(copyright)}</dc:rights>`,
        );
        const kept = buildKeptXmp(source, {}, 'copyright')!.toString();
        expect(readXmpRights(kept)).toEqual({ creators: [creator], copyright, credit: undefined });
      }),
    );
  });

  it('buildKeptXmp() omits code points that XML does not allow', () => {
    const exif = exifWithCopyright('Kiln\uFFFEGmbH\uFFFF');
    const kept = buildKeptXmp('', { exif }, 'copyright')!.toString();
    expect(readXmpRights(kept).copyright).toBe('Kiln GmbH');
  });

  it('buildKeptXmp() always fits into one JPEG segment', () => {
    const long = '&lt;'.repeat(5000);
    const source = xmp(
      `${'abcdefghijkl'
        .split('')
        .map((c) => `<dc:creator>${c}${long}</dc:creator>`)
        .join('')}<dc:rights>${long}</dc:rights>`,
    );
    expect(buildKeptXmp(source, {}, 'copyright')!.length).toBeLessThan(60_000);
  });

  it('buildKeptXmp() ignores XMP that is not XML', () => {
    fc.assert(
      fc.property(fc.string(), (junk) => {
        const broken = `<x:xmpmeta>${junk}<dc:rights></x:xmpmeta>`;
        expect(() => buildKeptXmp(broken, {}, 'copyright')).not.toThrow();
      }),
    );
  });

  it('buildKeptXmp() never fails, whatever the EXIF and IPTC contain', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const head = Buffer.from('Exif\0\0II*\0\x08\0\0\0', 'latin1');
        const exif = Buffer.concat([head, bytes]);
        const iptc = Buffer.concat([Buffer.from('8BIM\x04\x04', 'latin1'), bytes]);
        expect(() => buildKeptXmp('', { exif, iptc }, 'copyright')).not.toThrow();
      }),
    );
  });
});
