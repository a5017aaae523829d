import { posix } from 'node:path';
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import { decodeText, type TextEncoding } from '../text/decode-text.js';
import type { TemporaryFile } from './temporary-file.js';
import { xlsxDamaged, xlsxEncrypted, xlsxTooLarge } from './xlsx-faults.js';

/** Maximum number of files inside a workbook. A sheet has about three. */
const MAX_PARTS = 20_000;
/** Maximum length of a part's path. A workbook's own paths are shorter than 64. */
const MAX_PATH_LENGTH = 512;
/** Sheets are 10 to 50 times as large unpacked; DEFLATE reaches 1,032. */
const MAX_RATIO = 200;
const MIN_BOMB_BYTES = 64 * 1024 * 1024;
/** Flag bit of a ZIP entry (APPNOTE.TXT 4.4.4). */
const ENCRYPTED_FLAG = 1;

/** The files inside a workbook (Open Packaging Conventions, ECMA-376 part 2). */
export class XlsxPackage {
  private readonly parts = new Map<string, Entry>();
  private unpackedCharacters = 0;

  private constructor(
    private readonly zip: ZipFile,
    private readonly maxUnpackedBytes: number,
  ) {}

  static async open(file: TemporaryFile, maxUnpackedBytes: number): Promise<XlsxPackage> {
    try {
      const zip = await fromFdPromise(file.handle.fd, { autoClose: false });
      const parts = new XlsxPackage(zip, maxUnpackedBytes);
      for await (const entry of zip.eachEntry()) parts.add(entry);
      return parts;
    } catch (error) {
      throw toFileProblem(error);
    }
  }

  has(path: string): boolean {
    return this.parts.has(normalizePath(path));
  }

  paths(): IterableIterator<string> {
    return this.parts.keys();
  }

  /** Returns the text of a part as it is unpacked; empty if there is no such part. */
  async *text(path: string): AsyncGenerator<string> {
    const entry = this.parts.get(normalizePath(path));
    if (entry === undefined) return;
    if ((entry.generalPurposeBitFlag & ENCRYPTED_FLAG) !== 0) throw xlsxEncrypted();
    // yauzl reports an error for a part that is longer than its entry states.
    if (entry.uncompressedSize > this.maxUnpackedBytes) throw this.tooLarge();
    if (isBomb(entry)) {
      throw xlsxTooLarge(`unpacked, a part is more than ${MAX_RATIO} times as large`);
    }
    const encoding: TextEncoding = { encoding: 'utf-8', bom: false, replaced: false };
    try {
      for await (const text of decodeText(await this.zip.openReadStreamPromise(entry), encoding)) {
        this.unpackedCharacters += text.length;
        if (this.unpackedCharacters > this.maxUnpackedBytes) throw this.tooLarge();
        yield text;
      }
    } catch (error) {
      throw toFileProblem(error);
    }
  }

  private tooLarge(): Error {
    const megabytes = Math.round(this.maxUnpackedBytes / 1e6);
    return xlsxTooLarge(`unpacked, it has more than ${megabytes} MB`);
  }

  private add(entry: Entry): void {
    if (this.parts.size >= MAX_PARTS) throw xlsxTooLarge(`it has more than ${MAX_PARTS} parts`);
    if (entry.fileName.length > MAX_PATH_LENGTH) return;
    this.parts.set(normalizePath(entry.fileName), entry);
  }
}

const isBomb = ({ uncompressedSize, compressedSize }: Entry): boolean =>
  uncompressedSize > MIN_BOMB_BYTES && uncompressedSize > MAX_RATIO * compressedSize;

/** Part names are case-insensitive. A leading slash has no meaning. */
const normalizePath = (path: string): string => path.replace(/^\//, '').toLowerCase();

/** Returns the part that a relationship of another part names. */
export const resolveTarget = (source: string, target: string): string =>
  target.startsWith('/') ? target : posix.join(posix.dirname(source), target);

export const relationshipsPath = (path: string): string =>
  posix.join(posix.dirname(path), '_rels', `${posix.basename(path)}.rels`);

/** Errors of yauzl and zlib mean a damaged file. Errors of this app and of the system are unchanged. */
function toFileProblem(error: unknown): unknown {
  if (!(error instanceof Error) || error.name === 'FileProblem') return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code !== '' && !code.startsWith('Z_')) return error;
  return xlsxDamaged(error.message, error);
}
