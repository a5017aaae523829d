import { describe, expect, it } from 'vitest';
import { photograph } from '../../../../test/support/sample-images.js';
import { ImageError } from '../image-errors.js';
import { identifyImage } from './image-type.js';

const fromText = (content: string) => Buffer.from(content);
const fromHex = (content: string) => Buffer.from(content.replaceAll(' ', ''), 'hex');
const createIsoFile = (...brands: string[]) => {
  const body = Buffer.from(`ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`, 'latin1');
  const size = Buffer.alloc(4);
  size.writeUInt32BE(body.length + 4);
  return Buffer.concat([size, body, Buffer.alloc(32)]);
};
const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';

describe('identifyImage()', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)(
    'identifyImage() recognizes the format %s',
    async (format) => {
      expect(identifyImage(await photograph(8, 8).toFormat(format).toBuffer())).toBe(format);
    },
  );

  it('identifyImage() recognizes a file with the brand mif1 by its other brands', () => {
    expect(identifyImage(createIsoFile('mif1', 'miaf', 'avif'))).toBe('avif');
    expect(() => identifyImage(createIsoFile('mif1', 'heic'))).toThrow(/HEIC/);
  });

  it.each([
    ['empty_file', 'an empty file', Buffer.alloc(0)],
    [
      'html_instead_of_image',
      'a web page',
      fromText('<!DOCTYPE html><html><body>Not found</body></html>'),
    ],
    ['html_instead_of_image', 'a web page after blank lines', fromText('\r\n\n  <HTML lang="en">')],
    [
      'html_instead_of_image',
      'a web page after a comment',
      fromText('<!-- cached --><head></head>'),
    ],
    [
      'html_instead_of_image',
      'a web page with a byte order mark',
      fromText('\ufeff<!doctype html>'),
    ],
    [
      'html_instead_of_image',
      'XHTML',
      fromText('<?xml version="1.0"?><!DOCTYPE html PUBLIC ""><html>'),
    ],
    ['svg_not_supported', 'an SVG drawing', fromText(svg)],
    [
      'svg_not_supported',
      'an SVG drawing with a prologue',
      fromText(`<?xml version="1.0"?>\n<!-- x -->${svg}`),
    ],
    [
      'svg_not_supported',
      'an SVG drawing with a doctype',
      fromText(`<!DOCTYPE svg PUBLIC "">${svg}`),
    ],
    ['svg_not_supported', 'an SVG drawing in UTF-16', Buffer.from(`\ufeff${svg}`, 'utf16le')],
    ['heic_not_supported', 'an iPhone photo', createIsoFile('heic', 'mif1', 'heic')],
    ['video_not_supported', 'a video', createIsoFile('isom', 'mp41')],
    ['pdf_not_supported', 'a PDF document', fromText('%PDF-1.7\n1 0 obj')],
    ['psd_not_supported', 'a Photoshop file', fromHex('38425053 0001 000000000000 0003')],
    ['bmp_not_supported', 'a bitmap', fromHex('424d 36000300 00000000 36000000')],
    ['ico_not_supported', 'an icon', fromHex('00000100 0100 1010')],
    ['jxl_not_supported', 'JPEG XL', fromHex('ff0a fa1f0190')],
    ['jxl_not_supported', 'JPEG XL in boxes', fromHex('0000000c 4a584c20 0d0a870a')],
    ['jp2_not_supported', 'JPEG 2000', fromHex('0000000c 6a502020 0d0a870a')],
    ['zip_not_supported', 'a ZIP archive', fromHex('504b0304 1400 0000')],
    ['gzip_not_supported', 'a compressed drawing', fromHex('1f8b0800 00000000')],
    ['video_not_supported', 'an AVI', fromText('RIFF\0\0\0\0AVI LIST')],
    ['eps_not_supported', 'a drawing in PostScript', fromText('%!PS-Adobe-3.0 EPSF-3.0\n')],
    ['eps_not_supported', 'PostScript with a preview', fromHex('c5d0d3c6 1e000000')],
    ['xcf_not_supported', 'a GIMP file', fromText('gimp xcf v011\0')],
    ['dds_not_supported', 'a DDS texture', fromText('DDS |\0\0\0')],
    ['rar_not_supported', 'a RAR archive', fromHex('526172211a0700')],
    ['7z_not_supported', 'a 7-Zip archive', fromHex('377abcaf271c0004')],
    ['office_not_supported', 'a legacy Office document', fromHex('d0cf11e0a1b11ae1')],
    ['not_an_image', 'JSON', fromText('{"error":"not found"}')],
    ['not_an_image', 'plain text', fromText('BMW: price list')],
    ['not_an_image', 'one byte', fromHex('ff')],
    ['not_an_image', 'noise', fromHex('8f3a0011 9e000000 0102')],
    ['not_an_image', 'a JPEG after other bytes', fromHex('0000 ffd8ffe0')],
  ])(
    'identifyImage() throws the permanent error "%s" for %s and suggests a fix',
    (code, _, bytes) => {
      let thrownError: unknown;
      try {
        identifyImage(bytes);
      } catch (error) {
        thrownError = error;
      }
      expect(thrownError).toBeInstanceOf(ImageError);
      expect(thrownError).toMatchObject({ code, retry: 'never', status: 422 });
      expect((thrownError as ImageError).message).toMatch(/\. (Check|Provide|Export|Open)/);
    },
  );

  it('identifyImage() identifies a GIF by its first bytes even if a script follows', () => {
    expect(identifyImage(fromText('GIF89a/*<svg onload=alert(1)>'))).toBe('gif');
  });
});
