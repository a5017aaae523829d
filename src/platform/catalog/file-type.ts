/** File format detected from the first bytes. `csv` is any text that is not in another format. */
export type FileType =
  | { kind: 'csv' | 'xml' | 'zip' | 'html' }
  /** Legacy Office files (before 2007) and password-protected workbooks. */
  | { kind: 'compound' }
  /** Not a product file. `name` describes the file to users. `fix` tells them how to get a product file. */
  | { kind: 'other'; name: string; fix: string };

const EXPORT_FIX = 'Export the products as CSV or Excel (.xlsx)';
const UNPACK_FIX = 'Unpack it and upload the file inside';

/** Signatures of files that users upload by mistake. */
const SIGNATURES: readonly (readonly [bytes: string, name: string, fix: string])[] = [
  ['\xff\xd8\xff', 'a JPEG image', EXPORT_FIX],
  ['\x89PNG', 'a PNG image', EXPORT_FIX],
  ['GIF8', 'a GIF image', EXPORT_FIX],
  ['RIFF', 'a WebP image', EXPORT_FIX],
  ['BM', 'a BMP image', EXPORT_FIX],
  ['II*\0', 'a TIFF image', EXPORT_FIX],
  ['MM\0*', 'a TIFF image', EXPORT_FIX],
  ['%PDF', 'a PDF document', EXPORT_FIX],
  ['{\\rtf', 'an RTF document', EXPORT_FIX],
  ['%!PS', 'a PostScript document', EXPORT_FIX],
  ['\x1f\x8b', 'a gzip archive', UNPACK_FIX],
  ['BZh', 'a bzip2 archive', UNPACK_FIX],
  ['\xfd7zXZ', 'an xz archive', UNPACK_FIX],
  ['\x28\xb5\x2f\xfd', 'a Zstandard archive', UNPACK_FIX],
  ['7z\xbc\xaf', 'a 7-Zip archive', UNPACK_FIX],
  ['Rar!', 'a RAR archive', UNPACK_FIX],
  ['SQLite format 3\0', 'an SQLite database', EXPORT_FIX],
  ['PAR1', 'a Parquet file', EXPORT_FIX],
  ['\x7fELF', 'a program', EXPORT_FIX],
  ['MZ\x90\0', 'a program', EXPORT_FIX],
];

/** Signatures of an archive with files, an empty archive and a split archive (APPNOTE.TXT 4.3). */
const ZIP_SIGNATURES = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08'];

/** Detects the file format from the first bytes. The name and MIME type of an upload are unreliable. */
export function detectFileType(head: Buffer): FileType {
  const bytes = head.subarray(0, 4096).toString('latin1');
  if (ZIP_SIGNATURES.some((signature) => bytes.startsWith(signature))) return { kind: 'zip' };
  if (bytes.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return { kind: 'compound' };
  for (const [signature, name, fix] of SIGNATURES) {
    if (bytes.startsWith(signature) && isBinary(signature, bytes)) {
      return { kind: 'other', name, fix };
    }
  }
  return detectTextType(decodeSample(head));
}

/** Distinguishes a binary file from text that starts with the same characters, such as `BM` or `RIFF`. */
const isBinary = (signature: string, bytes: string): boolean =>
  !/^[A-Z0-9!]+$/.test(signature) || bytes.slice(0, 64).includes('\0');

function detectTextType(text: string): FileType {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  const lowerText = start.slice(0, 1024).toLowerCase();
  if (
    /^(?:<!--[^>]{0,500}-->\s*)?<(?:!doctype\s+html|html|head|body|script|table|meta)\b/.test(
      lowerText,
    )
  ) {
    return { kind: 'html' };
  }
  if (lowerText.includes('urn:schemas-microsoft-com:office:spreadsheet')) {
    return { kind: 'other', name: 'an XML spreadsheet (Excel 2003)', fix: SAVE_AS_XLSX_FIX };
  }
  if (/^<(?:\?xml|!--|!doctype|[a-z_][\w.:-]{0,63}[\s>/])/.test(lowerText)) return { kind: 'xml' };
  if (/^(?:\{\s{0,64}"|\[\s{0,64}\{)/.test(lowerText)) {
    return { kind: 'other', name: 'a JSON file', fix: EXPORT_FIX };
  }
  return { kind: 'csv' };
}

const SAVE_AS_XLSX_FIX =
  'Open it in a spreadsheet program and save it as an Excel workbook (.xlsx) or as CSV';

/** Decodes at least the ASCII characters, which all supported encodings except UTF-16 encode the same way. */
function decodeSample(head: Buffer): string {
  const sample = head.subarray(0, 4096);
  const isBigEndian = sample[0] === 0xfe || (sample[0] === 0 && sample[1] !== 0);
  const isLittleEndian = sample[0] === 0xff || (sample[1] === 0 && sample[0] !== 0);
  if (sample.length < 2 || !(isBigEndian || isLittleEndian)) return decodeUtf8OrLatin1(sample);
  return sample
    .toString('latin1')
    .replaceAll('\0', '')
    .replace(/^[\xfe\xff]{0,2}/, '');
}

const decodeUtf8OrLatin1 = (sample: Buffer): string =>
  sample[0] === 0xef ? sample.toString('utf8') : sample.toString('latin1');

/** Identifies a ZIP file without a workbook by its entry names. */
export function identifyZip(paths: Iterable<string>): { name: string; fix: string } {
  for (const path of paths) {
    const match = ZIP_ENTRY_TYPES.find(
      ([entryName]) => path === entryName || path.startsWith(`${entryName}/`),
    );
    if (match) return { name: match[1], fix: match[2] };
  }
  return { name: 'a ZIP archive', fix: UNPACK_FIX };
}

const ZIP_ENTRY_TYPES: readonly (readonly [entryName: string, name: string, fix: string])[] = [
  ['xl/workbook.bin', 'a binary Excel workbook (.xlsb)', SAVE_AS_XLSX_FIX],
  ['content.xml', 'an OpenDocument file (.ods)', SAVE_AS_XLSX_FIX],
  ['index', 'an Apple Numbers file', 'Export it as Excel (.xlsx) or CSV'],
  ['word', 'a Word document', EXPORT_FIX],
  ['ppt', 'a presentation', EXPORT_FIX],
];

/** An encrypted workbook is a compound file that contains the encrypted package (MS-OFFCRYPTO 2.3). */
export const isEncryptedWorkbook = (bytes: Buffer): boolean =>
  bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'));

export const LEGACY_EXCEL = {
  name: 'an Excel 97-2003 workbook (.xls)',
  fix: SAVE_AS_XLSX_FIX,
};
