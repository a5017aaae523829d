/** File format according to the first bytes. `csv` is all text of no other format. */
export type FileType =
  | { kind: 'csv' | 'xml' | 'zip' | 'html' }
  /** Office files before 2007, and workbooks with a password. */
  | { kind: 'compound' }
  /** Not a product file. `name` is the users' name for it; `fix` says how to get a product file. */
  | { kind: 'other'; name: string; fix: string };

const EXPORT = 'Export the products as CSV or Excel (.xlsx)';
const UNPACK = 'Unpack it and upload the file inside';

/** Signatures of files that users upload by mistake. */
const SIGNATURES: readonly (readonly [bytes: string, name: string, fix: string])[] = [
  ['\xff\xd8\xff', 'a JPEG image', EXPORT],
  ['\x89PNG', 'a PNG image', EXPORT],
  ['GIF8', 'a GIF image', EXPORT],
  ['RIFF', 'a WebP image', EXPORT],
  ['BM', 'a BMP image', EXPORT],
  ['II*\0', 'a TIFF image', EXPORT],
  ['MM\0*', 'a TIFF image', EXPORT],
  ['%PDF', 'a PDF document', EXPORT],
  ['{\\rtf', 'an RTF document', EXPORT],
  ['%!PS', 'a PostScript document', EXPORT],
  ['\x1f\x8b', 'a gzip archive', UNPACK],
  ['BZh', 'a bzip2 archive', UNPACK],
  ['\xfd7zXZ', 'an xz archive', UNPACK],
  ['\x28\xb5\x2f\xfd', 'a Zstandard archive', UNPACK],
  ['7z\xbc\xaf', 'a 7-Zip archive', UNPACK],
  ['Rar!', 'a RAR archive', UNPACK],
  ['SQLite format 3\0', 'an SQLite database', EXPORT],
  ['PAR1', 'a Parquet file', EXPORT],
  ['\x7fELF', 'a program', EXPORT],
  ['MZ\x90\0', 'a program', EXPORT],
];

/** A file, an empty archive, a split archive (APPNOTE.TXT 4.3). */
const ZIP_STARTS = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08'];

/** Detects the file format by its first bytes. The name and MIME type of an upload are unreliable. */
export function detectFileType(head: Buffer): FileType {
  const bytes = head.subarray(0, 4096).toString('latin1');
  if (ZIP_STARTS.some((start) => bytes.startsWith(start))) return { kind: 'zip' };
  if (bytes.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return { kind: 'compound' };
  for (const [signature, name, fix] of SIGNATURES) {
    if (bytes.startsWith(signature) && isBinary(signature, bytes)) {
      return { kind: 'other', name, fix };
    }
  }
  return detectTextType(decodeSample(head));
}

/** Text may also start with `BM`, `RIFF` and similar signatures. */
const isBinary = (signature: string, bytes: string): boolean =>
  !/^[A-Z0-9!]+$/.test(signature) || bytes.slice(0, 64).includes('\0');

function detectTextType(text: string): FileType {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  const lower = start.slice(0, 1024).toLowerCase();
  if (
    /^(?:<!--[^>]{0,500}-->\s*)?<(?:!doctype\s+html|html|head|body|script|table|meta)\b/.test(lower)
  ) {
    return { kind: 'html' };
  }
  if (lower.includes('urn:schemas-microsoft-com:office:spreadsheet')) {
    return { kind: 'other', name: 'an XML spreadsheet (Excel 2003)', fix: SAVE_AS_XLSX };
  }
  if (/^<(?:\?xml|!--|!doctype|[a-z_][\w.:-]{0,63}[\s>/])/.test(lower)) return { kind: 'xml' };
  if (/^(?:\{\s{0,64}"|\[\s{0,64}\{)/.test(lower)) {
    return { kind: 'other', name: 'a JSON file', fix: EXPORT };
  }
  return { kind: 'csv' };
}

const SAVE_AS_XLSX =
  'Open it in a spreadsheet program and save it as Excel workbook (.xlsx) or CSV';

/** ASCII is the same in all supported encodings except UTF-16. */
function decodeSample(head: Buffer): string {
  const sample = head.subarray(0, 4096);
  const bigEndian = sample[0] === 0xfe || (sample[0] === 0 && sample[1] !== 0);
  const littleEndian = sample[0] === 0xff || (sample[1] === 0 && sample[0] !== 0);
  if (sample.length < 2 || !(bigEndian || littleEndian)) return utf8OrLatin1(sample);
  return sample
    .toString('latin1')
    .replaceAll('\0', '')
    .replace(/^[\xfe\xff]{0,2}/, '');
}

const utf8OrLatin1 = (sample: Buffer): string =>
  sample[0] === 0xef ? sample.toString('utf8') : sample.toString('latin1');

/** Identifies a ZIP file without a workbook by the names in it. */
export function identifyZip(paths: Iterable<string>): { name: string; fix: string } {
  for (const path of paths) {
    const known = ZIP_PARTS.find(([part]) => path === part || path.startsWith(`${part}/`));
    if (known) return { name: known[1], fix: known[2] };
  }
  return { name: 'a ZIP archive', fix: UNPACK };
}

const ZIP_PARTS: readonly (readonly [part: string, name: string, fix: string])[] = [
  ['xl/workbook.bin', 'a binary Excel workbook (.xlsb)', SAVE_AS_XLSX],
  ['content.xml', 'an OpenDocument file (.ods)', SAVE_AS_XLSX],
  ['index', 'an Apple Numbers file', 'Export it as Excel (.xlsx) or CSV'],
  ['word', 'a Word document', EXPORT],
  ['ppt', 'a presentation', EXPORT],
];

/** An encrypted workbook is a compound file that contains the encrypted package (MS-OFFCRYPTO 2.3). */
export const isEncryptedWorkbook = (bytes: Buffer): boolean =>
  bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'));

export const OLD_EXCEL = {
  name: 'an Excel file of the format before 2007 (.xls)',
  fix: SAVE_AS_XLSX,
};
