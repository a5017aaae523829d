import type { CatalogOptions } from './catalog-options.js';
import { CsvSource } from './csv/csv-source.js';
import { FileProblem } from './csv/file-problem.js';
import { findDeclaredEncoding, FeedSource } from './feed/feed-source.js';
import { DEFAULT_FILE_READ_OPTIONS, type FileReadOptions } from './file-read-options.js';
import { detectFileType, isEncryptedWorkbook, LEGACY_EXCEL, identifyZip } from './file-type.js';
import type { FileLayout, RecordBatch, RecordSource } from './records.js';
import { detectUnicodeMark } from './text/detect-encoding.js';
import { createXlsxEncryptedError } from './xlsx/xlsx-errors.js';
import { XlsxSource } from './xlsx/xlsx-source.js';

/** Number of bytes from which the format is detected. */
const HEAD_BYTES = 4096;
/** Number of bytes searched for the directory of a compound file (MS-CFB). */
const COMPOUND_SEARCH_BYTES = 16 * 1024 * 1024;

/**
 * Opens a product file in any supported format: CSV and similar text, Excel (.xlsx) or an XML feed. Detects
 * the format from the first bytes, not from the name.
 *
 * @param source the file's bytes; read once, when the records are read
 * @example
 * const reader = new CatalogReader(openProductFile(createReadStream(path), options), options);
 * for await (const rows of reader.read()) store(rows);
 */
export function openProductFile(
  source: AsyncIterable<Buffer>,
  options: CatalogOptions = {},
  readOptions: Partial<FileReadOptions> = {},
): RecordSource {
  return new ProductFile(source, options, { ...DEFAULT_FILE_READ_OPTIONS, ...readOptions });
}

/** Opens the source for the detected format after the first bytes have arrived. */
class ProductFile implements RecordSource {
  private detectedSource: RecordSource;

  constructor(
    private readonly source: AsyncIterable<Buffer>,
    private readonly options: CatalogOptions,
    private readonly readOptions: FileReadOptions,
  ) {
    this.detectedSource = new CsvSource(source, options);
  }

  get layout(): FileLayout {
    return this.detectedSource.layout;
  }

  findLine(problem: FileProblem): number {
    return this.detectedSource.findLine(problem);
  }

  getRawHead(count: number): string | undefined {
    return this.detectedSource.getRawHead(count);
  }

  getColumnNames(): readonly string[] | undefined {
    return this.detectedSource.getColumnNames?.();
  }

  async *read(): AsyncGenerator<RecordBatch> {
    const bytes = this.source[Symbol.asyncIterator]();
    try {
      const head = await readHead(bytes, HEAD_BYTES);
      this.detectedSource = await this.openSource(head, bytes);
      yield* this.detectedSource.read();
    } finally {
      await bytes.return?.();
    }
  }

  private async openSource(
    head: Buffer,
    remainingBytes: AsyncIterator<Buffer>,
  ): Promise<RecordSource> {
    const { options } = this;
    const source = concatenate(head, remainingBytes);
    const type = detectFileType(head);
    switch (type.kind) {
      case 'csv':
        return new CsvSource(source, options);
      case 'xml': {
        const declaredEncoding = detectUnicodeMark(head)?.encoding ?? findDeclaredEncoding(head);
        return new FeedSource(source, { encoding: options.encoding, declaredEncoding });
      }
      case 'zip':
        return new XlsxSource(source, options, this.readOptions, (paths) =>
          createNotProductFileError(identifyZip(paths)),
        );
      case 'compound':
        throw isEncryptedWorkbook(await readHead(source, COMPOUND_SEARCH_BYTES))
          ? createXlsxEncryptedError()
          : createNotProductFileError(LEGACY_EXCEL);
      case 'other':
        throw createNotProductFileError(type);
      default:
        throw createHtmlPageError();
    }
  }
}

const createNotProductFileError = ({ name, fix }: { name: string; fix: string }): FileProblem =>
  new FileProblem('not_a_product_file', `This is ${name}, not a product file. ${fix}.`, {
    affectsWholeFile: true,
  });

const createHtmlPageError = (): FileProblem =>
  new FileProblem(
    'html_page',
    'This is a web page, not a product file. The link may require you to sign in. Download the file and upload it.',
    { affectsWholeFile: true },
  );

/** Returns at least the first `minBytes` bytes, or fewer if the file is shorter. */
async function readHead(source: AsyncIterator<Buffer>, minBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let length = 0; length < minBytes;) {
    const { done, value } = await source.next();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  return Buffer.concat(chunks);
}

async function* concatenate(
  head: Buffer,
  remainingBytes: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (;;) {
    const { done, value } = await remainingBytes.next();
    if (done) return;
    yield value;
  }
}
