import { MINI_BRAND } from '../avif/avif-mini.js';
import { toAsciiBytes, type Signature } from '../formats/format-descriptor.js';
import { FORMATS } from '../formats/index.js';
import { ImageError } from '../image-errors.js';
import { IMAGE_FORMATS, type ImageFormat } from './image-format.js';
import { IMAGE_ERRORS } from '../error-table.js';

/** Number of examined bytes: enough for a byte order mark, a prologue and a license comment. */
const HEAD_BYTES = 4096;

/** Unsupported formats that are detected so the error can name them. */
const UNSUPPORTED_SIGNATURES: readonly [Signature, string, string][] = [
  [toAsciiBytes('%PDF-'), 'pdf', 'a PDF document'],
  [toAsciiBytes('8BPS'), 'psd', 'a Photoshop file'],
  [toAsciiBytes('BM'), 'bmp', 'a BMP image'],
  [[0, 0, 1, 0], 'ico', 'an icon (ICO)'],
  [[0xff, 0x0a], 'jxl', 'a JPEG XL image'],
  [[0, 0, 0, 12, ...toAsciiBytes('JXL ')], 'jxl', 'a JPEG XL image'],
  [[0, 0, 0, 12, ...toAsciiBytes('jP  ')], 'jp2', 'a JPEG 2000 image'],
  [[0xff, 0x4f, 0xff, 0x51], 'jp2', 'a JPEG 2000 image'],
  [toAsciiBytes('PK\x03\x04'), 'zip', 'a ZIP archive or Office document'],
  [[0x1f, 0x8b], 'gzip', 'a gzip archive'],
  [[0x1a, 0x45, 0xdf, 0xa3], 'video', 'a video'],
  [[...toAsciiBytes('RIFF'), null, null, null, null, ...toAsciiBytes('AVI ')], 'video', 'a video'],
  [toAsciiBytes('%!PS'), 'eps', 'a PostScript drawing (EPS, AI)'],
  [[0xc5, 0xd0, 0xd3, 0xc6], 'eps', 'a PostScript drawing (EPS)'],
  [toAsciiBytes('gimp xcf'), 'xcf', 'a GIMP file'],
  [toAsciiBytes('DDS '), 'dds', 'a texture (DDS)'],
  [toAsciiBytes('Rar!'), 'rar', 'a RAR archive'],
  [[...toAsciiBytes('7z'), 0xbc, 0xaf, 0x27, 0x1c], '7z', 'a 7-Zip archive'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'office', 'a legacy Office document'],
];

const HEIC_BRANDS = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'hevm', 'hevs']);
const CONVERSION_ADVICE = 'Provide the image as JPEG, PNG, WebP, AVIF, GIF or TIFF.';

/**
 * Detects the format from the first bytes. Ignores the file name and the content type.
 *
 * @throws ImageError for every unsupported file. The error names the format if Pressroom detects it
 */
export function identifyImage(bytes: Uint8Array): ImageFormat {
  if (bytes.length === 0) {
    throw new ImageError(IMAGE_ERRORS.empty_file);
  }
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES));
  const format = IMAGE_FORMATS.find((candidate) =>
    FORMATS[candidate].signatures.some((signature) => startsWith(head, signature)),
  );
  if (format) return format;
  if (head.toString('latin1', 4, 8) === 'ftyp') return identifyIsoMedia(head);

  const text = decodeText(head);
  if (text !== undefined) throw createTextError(text);
  const unsupportedType = UNSUPPORTED_SIGNATURES.find(([signature]) => startsWith(head, signature));
  if (unsupportedType) throw createUnsupportedError(unsupportedType[1], unsupportedType[2]);
  throw createNotAnImageError('The file is not in any known image format.');
}

/** Reads the brands of the `ftyp` box (ISO/IEC 14496-12): size, type, major brand, minor version, other brands. */
function identifyIsoMedia(head: Buffer): ImageFormat {
  const end = Math.min(head.readUInt32BE(0), head.length);
  const brands = [head.toString('latin1', 8, 12)];
  // The compact layout names its codec in the minor version.
  if (brands[0] === MINI_BRAND) brands.push(head.toString('latin1', 12, 16));
  for (let offset = 16; offset + 4 <= end; offset += 4)
    brands.push(head.toString('latin1', offset, offset + 4));
  const format = IMAGE_FORMATS.find((candidate) =>
    FORMATS[candidate].brands?.some((brand) => brands.includes(brand)),
  );
  if (format) return format;
  if (brands.some((brand) => HEIC_BRANDS.has(brand))) {
    throw new ImageError(IMAGE_ERRORS.heic_not_supported, {
      message: `The file is a HEIC photo, the default format of iPhones. Its codec is patented and not included. Export it as JPEG. ${CONVERSION_ADVICE}`,
    });
  }
  throw createUnsupportedError('video', 'a video or an unknown ISO media file');
}

/** Returns the head as text, or undefined if it is binary. */
function decodeText(head: Buffer): string | undefined {
  const isUtf16 = head[0] === 0xff && head[1] === 0xfe;
  const text = head.toString(isUtf16 ? 'utf16le' : 'latin1').replace(/^(ï»¿|\ufeff)/, '');
  const isText = Array.from(text, (char) => char.charCodeAt(0)).every(isTextCharCode);
  return isText ? text.trimStart() : undefined;
}

/** Returns whether text may contain the code: no control character, except white space and ISO-2022-JP escapes. */
const isTextCharCode = (code: number): boolean =>
  code >= 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0x1b;

function createTextError(text: string): ImageError {
  const root = text.replace(/^(<\?[^>]*>|<!--[\s\S]*?-->|\s)+/, '').slice(0, 200);
  if (/^<svg[\s>:]|^<!doctype\s+svg|^<\w+:svg[\s>]/i.test(root)) {
    return new ImageError(IMAGE_ERRORS.svg_not_supported, {
      message: `The file is an SVG drawing, which has no pixels to compress. Export it as PNG, or use it unchanged. ${CONVERSION_ADVICE}`,
    });
  }
  if (/^<(!doctype\s+html|html|head|body|script|title|meta|div|h1)\b/i.test(root)) {
    return new ImageError(IMAGE_ERRORS.html_instead_of_image);
  }
  // Plain text can also start with `BM`, so short signatures are ignored.
  for (const [signature, name, description] of UNSUPPORTED_SIGNATURES) {
    if (signature.length > 2 && startsWith(Buffer.from(text, 'latin1'), signature)) {
      return createUnsupportedError(name, description);
    }
  }
  return createNotAnImageError('The file is text, not an image.');
}

function createUnsupportedError(name: string, description: string): ImageError {
  return new ImageError(IMAGE_ERRORS.NAME_not_supported.withPart(name), {
    message: `The file is ${description}. ${CONVERSION_ADVICE}`,
  });
}

function createNotAnImageError(description: string): ImageError {
  return new ImageError(IMAGE_ERRORS.not_an_image, {
    message: `${description} Check that the link points directly to the image. ${CONVERSION_ADVICE}`,
  });
}

function startsWith(bytes: Uint8Array, signature: Signature): boolean {
  return (
    bytes.length >= signature.length &&
    signature.every((byte, index) => byte === null || byte === bytes[index])
  );
}
