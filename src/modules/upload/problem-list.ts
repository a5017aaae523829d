import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import type { CatalogProblem } from '../../platform/catalog/problems.js';
import { CsvText } from '../../platform/catalog/write/csv-text.js';
import { escapeFormula } from '../../platform/catalog/write/escape-formula.js';
import { TemporaryFile } from '../../platform/catalog/xlsx/temporary-file.js';

const HEADER = ['row', 'line', 'column', 'code', 'message', 'value'];
/** Maximum number of listed problems. A single cell may cause thousands if it contains only separators. */
const MAX_PROBLEMS = 1_000_000;
/** Number of buffered characters that triggers a write. */
const MAX_BUFFERED_LENGTH = 256 * 1024;
const CHUNK_BYTES = 256 * 1024;

/**
 * Writes all problems of a product file as CSV to a temporary file. There may be as many problems as entries in
 * the product file.
 */
export class ProblemList {
  count = 0;
  private records: string[][] = [HEADER];
  private bufferedLength = 0;
  private readonly csv = new CsvText({
    delimiter: ',',
    newline: '\r\n',
    encoding: 'utf-8',
    bom: true,
  });

  private constructor(private readonly file: TemporaryFile) {}

  static async create(): Promise<ProblemList> {
    const file = await TemporaryFile.create(tmpdir());
    const list = new ProblemList(file);
    try {
      await file.handle.appendFile(list.csv.fileStart);
      return list;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  readonly addProblem = ({ row, line, column, code, message, value }: CatalogProblem): void => {
    if (this.count >= MAX_PROBLEMS) return;
    this.count++;
    const cells = [String(row ?? ''), String(line), column ?? '', code, message, value ?? ''];
    this.records.push(cells.map(escapeFormula));
    this.bufferedLength += message.length + (value?.length ?? 0);
  };

  /** Writes the buffered records if they exceed `MAX_BUFFERED_LENGTH` characters, or if `force` is set. */
  async flush(force = false): Promise<void> {
    if (!force && this.bufferedLength < MAX_BUFFERED_LENGTH) return;
    const { records } = this;
    this.records = [];
    this.bufferedLength = 0;
    if (records.length > 0) await this.file.handle.appendFile(this.csv.formatRecords(records));
  }

  close(): Promise<void> {
    return this.file.close();
  }

  /** Streams the list from its start and removes it when the stream closes. */
  async toStream(): Promise<Readable> {
    await this.flush(true);
    const stream = Readable.from(this.readChunks(), { objectMode: false });
    // The stream also closes when the client disconnects before the first byte.
    return stream.once('close', () => void this.close());
  }

  private async *readChunks(): AsyncGenerator<Buffer> {
    for (let position = 0; ;) {
      const target = Buffer.alloc(CHUNK_BYTES);
      const { bytesRead } = await this.file.handle.read(target, 0, CHUNK_BYTES, position);
      if (bytesRead === 0) return;
      yield target.subarray(0, bytesRead);
      position += bytesRead;
    }
  }
}
