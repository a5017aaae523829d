import type { CatalogOptions } from './catalog-options.js';
import { CsvSource } from './csv/csv-source.js';
import { FileProblem } from './csv/file-problem.js';
import { findDeclaredEncoding, FeedSource } from './feed/feed-source.js';
import { DEFAULT_FILE_LIMITS, type FileLimits } from './file-limits.js';
import { detectFileType, isEncryptedWorkbook, OLD_EXCEL, identifyZip } from './file-type.js';
import type { FileLayout, RecordBatch, RecordSource } from './records.js';
import { unicodeMark } from './text/detect-encoding.js';
import { xlsxEncrypted } from './xlsx/xlsx-faults.js';
import { XlsxSource } from './xlsx/xlsx-source.js';

/** Number of bytes that identify the format. */
const HEAD_BYTES = 4096;
/** Number of bytes in which the directory of a compound file (MS-CFB) is searched. */
const COMPOUND_BYTES = 16 * 1024 * 1024;

/**
 * Opens a product file of any supported format: CSV and similar text, Excel (.xlsx), XML feeds. Detects the
 * format by the first bytes, not the name.
 *
 * @param source the file's bytes; read once, when the records are read
 * @example
 * const reader = new CatalogReader(openProductFile(createReadStream(path), options), options);
 * for await (const rows of reader.read()) store(rows);
 */
export function openProductFile(
  source: AsyncIterable<Buffer>,
  options: CatalogOptions = {},
  limits: Partial<FileLimits> = {},
): RecordSource {
  return new ProductFile(source, options, { ...DEFAULT_FILE_LIMITS, ...limits });
}

/** Opens the source of the detected format after the first bytes have arrived. */
class ProductFile implements RecordSource {
  private actual: RecordSource;

  constructor(
    private readonly source: AsyncIterable<Buffer>,
    private readonly options: CatalogOptions,
    private readonly limits: FileLimits,
  ) {
    this.actual = new CsvSource(source, options);
  }

  get layout(): FileLayout {
    return this.actual.layout;
  }

  findLine(problem: FileProblem): number {
    return this.actual.findLine(problem);
  }

  rawHead(records: number): string | undefined {
    return this.actual.rawHead(records);
  }

  columnNames(): readonly string[] | undefined {
    return this.actual.columnNames?.();
  }

  async *read(): AsyncGenerator<RecordBatch> {
    const bytes = this.source[Symbol.asyncIterator]();
    try {
      const head = await readHead(bytes, HEAD_BYTES);
      this.actual = await this.openSource(head, bytes);
      yield* this.actual.read();
    } finally {
      await bytes.return?.();
    }
  }

  private async openSource(head: Buffer, rest: AsyncIterator<Buffer>): Promise<RecordSource> {
    const { options } = this;
    const source = concatenate(head, rest);
    const type = detectFileType(head);
    switch (type.kind) {
      case 'csv':
        return new CsvSource(source, options);
      case 'xml': {
        const declared = unicodeMark(head)?.encoding ?? findDeclaredEncoding(head);
        return new FeedSource(source, { encoding: options.encoding, declared });
      }
      case 'zip':
        return new XlsxSource(source, options, this.limits, (paths) =>
          notProducts(identifyZip(paths)),
        );
      case 'compound':
        throw isEncryptedWorkbook(await readHead(source, COMPOUND_BYTES))
          ? xlsxEncrypted()
          : notProducts(OLD_EXCEL);
      case 'other':
        throw notProducts(type);
      default:
        throw htmlPage();
    }
  }
}

const notProducts = ({ name, fix }: { name: string; fix: string }): FileProblem =>
  new FileProblem('not_a_product_file', `This is ${name}, not a product file. ${fix}.`, {
    isAboutFile: true,
  });

const htmlPage = (): FileProblem =>
  new FileProblem(
    'html_page',
    'This is a web page, not a product file. The link may need a sign-in. Download the file and upload it.',
    { isAboutFile: true },
  );

/** Returns the first bytes; fewer if the file is shorter. */
async function readHead(source: AsyncIterator<Buffer>, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let length = 0; length < bytes;) {
    const { done, value } = await source.next();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  return Buffer.concat(chunks);
}

async function* concatenate(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (;;) {
    const { done, value } = await rest.next();
    if (done) return;
    yield value;
  }
}
