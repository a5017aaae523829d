import { posix } from 'node:path';
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import { decodeText, type TextEncoding } from '../text/decode-text.js';
import type { TemporaryFile } from './temporary-file.js';
import {
  createXlsxDamagedError,
  createXlsxEncryptedError,
  createXlsxTooLargeError,
} from './xlsx-errors.js';

/** Maximum number of files inside a workbook. Each sheet has about three. */
const MAX_PARTS = 20_000;
/** Maximum length of a part's path, in characters. The paths in a regular workbook are shorter than 64. */
const MAX_PATH_LENGTH = 512;
/** Maximum compression ratio of a part. Sheets reach 10 to 50; DEFLATE can reach 1,032. */
const MAX_COMPRESSION_RATIO = 200;
/** Minimum unpacked size of a part whose compression ratio is checked. */
const MIN_BOMB_BYTES = 64 * 1024 * 1024;
/** Flag bit of a ZIP entry (APPNOTE.TXT 4.4.4). */
const ENCRYPTED_FLAG = 1;

/** The files inside a workbook (Open Packaging Conventions, ECMA-376 part 2). */
export class XlsxPackage {
  private readonly parts = new Map<string, Entry>();
  private unpackedLength = 0;

  private constructor(
    private readonly zip: ZipFile,
    private readonly maxUnpackedBytes: number,
  ) {}

  static async open(file: TemporaryFile, maxUnpackedBytes: number): Promise<XlsxPackage> {
    try {
      const zip = await fromFdPromise(file.handle.fd, { autoClose: false });
      const xlsxPackage = new XlsxPackage(zip, maxUnpackedBytes);
      for await (const entry of zip.eachEntry()) xlsxPackage.addEntry(entry);
      return xlsxPackage;
    } catch (error) {
      throw toFileProblem(error);
    }
  }

  hasPart(path: string): boolean {
    return this.parts.has(normalizePath(path));
  }

  listPaths(): IterableIterator<string> {
    return this.parts.keys();
  }

  /** Streams the text of a part. Yields nothing if the part does not exist. */
  async *readPart(path: string): AsyncGenerator<string> {
    const entry = this.parts.get(normalizePath(path));
    if (entry === undefined) return;
    if ((entry.generalPurposeBitFlag & ENCRYPTED_FLAG) !== 0) throw createXlsxEncryptedError();
    // yauzl reports an error for a part that is longer than its entry states.
    if (entry.uncompressedSize > this.maxUnpackedBytes) throw this.createTooLargeError();
    if (isZipBomb(entry)) {
      throw createXlsxTooLargeError(
        `the unpacked size of a part is more than ${MAX_COMPRESSION_RATIO} times its compressed size`,
      );
    }
    const encoding: TextEncoding = { encoding: 'utf-8', hasBom: false, hasReplacements: false };
    try {
      for await (const text of decodeText(await this.zip.openReadStreamPromise(entry), encoding)) {
        this.unpackedLength += text.length;
        if (this.unpackedLength > this.maxUnpackedBytes) throw this.createTooLargeError();
        yield text;
      }
    } catch (error) {
      throw toFileProblem(error);
    }
  }

  private createTooLargeError(): Error {
    const megabytes = Math.round(this.maxUnpackedBytes / 1e6);
    return createXlsxTooLargeError(`it is larger than ${megabytes} MB when unpacked`);
  }

  private addEntry(entry: Entry): void {
    if (this.parts.size >= MAX_PARTS)
      throw createXlsxTooLargeError(`it has more than ${MAX_PARTS} parts`);
    if (entry.fileName.length > MAX_PATH_LENGTH) return;
    this.parts.set(normalizePath(entry.fileName), entry);
  }
}

const isZipBomb = ({ uncompressedSize, compressedSize }: Entry): boolean =>
  uncompressedSize > MIN_BOMB_BYTES && uncompressedSize > MAX_COMPRESSION_RATIO * compressedSize;

/** Part names are case-insensitive. A leading slash has no meaning. */
const normalizePath = (path: string): string => path.replace(/^\//, '').toLowerCase();

/** Returns the path of the part that a relationship of another part refers to. */
export const resolveTarget = (source: string, target: string): string =>
  target.startsWith('/') ? target : posix.join(posix.dirname(source), target);

export const getRelationshipsPath = (path: string): string =>
  posix.join(posix.dirname(path), '_rels', `${posix.basename(path)}.rels`);

/** Converts yauzl and zlib errors, which mean a damaged file. Returns other errors unchanged. */
function toFileProblem(error: unknown): unknown {
  if (!(error instanceof Error) || error.name === 'FileProblem') return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code !== '' && !code.startsWith('Z_')) return error;
  return createXlsxDamagedError(error.message, error);
}
