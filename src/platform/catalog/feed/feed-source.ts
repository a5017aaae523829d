import { FileProblem } from '../csv/file-problem.js';
import type { FileLayout, RecordBatch, RecordSource } from '../records.js';
import { decodeText, type TextEncoding } from '../text/decode-text.js';
import { type Encoding, encodingNamed } from '../text/encodings.js';
import { FEED_FAULTS, type FeedItem, FeedParser } from './feed-parser.js';
import { productElements } from './product-elements.js';

/** Length of the text in which product elements are searched, in characters. */
const SEARCHED_LENGTH = 256 * 1024;

/** Items read before the columns are decided. Later attributes get columns at the end. */
const HEAD_ITEMS = 250;
/** Columns of additional images, which the first items may lack. */
const EXPECTED_COLUMNS = ['additional_image_link'];
/** Maximum number of different attributes of a feed. */
const MAX_COLUMNS = 1024;
const MAX_NAME_LENGTH = 255;

/**
 * Reads a product feed in XML (Google Merchant Center, Yandex Market, Heureka and others) as a table. Each
 * item is a record and each attribute is a column. Repeated attributes share a cell, separated by commas.
 */
export class FeedSource implements RecordSource {
  private readonly text: TextEncoding = { encoding: 'utf-8', bom: false, replaced: false };
  private parser?: FeedParser;
  /** Text read before the product elements are known. */
  private start = '';
  private readonly columns = new Map<string, number>();
  private head?: FeedItem[] = [];

  constructor(
    private readonly source: AsyncIterable<Buffer>,
    private readonly options: { encoding?: Encoding; declared?: Encoding } = {},
  ) {}

  get layout(): FileLayout {
    return {
      format: 'xml',
      encoding: this.text.encoding,
      bom: false,
      delimiter: ',',
      newline: '\n',
      quotedLines: false,
      backslashQuotes: false,
      strayQuotes: 0,
    };
  }

  /** A feed has no text in front of a header. */
  rawHead(): undefined {
    return undefined;
  }

  /** Names of the columns, including those added late. */
  columnNames(): string[] {
    return [...this.columns.keys()];
  }

  findLine({ linesAhead }: FileProblem): number {
    return (linesAhead ?? 0) + 1;
  }

  async *read(): AsyncGenerator<RecordBatch> {
    const encoding = this.options.encoding ?? this.options.declared;
    for await (const text of decodeText(this.source, this.text, encoding)) {
      const toRecordBatch = this.toBatch(this.parse(text));
      if (toRecordBatch !== undefined) yield toRecordBatch;
    }
    const items = this.parser === undefined ? this.parseStart() : [];
    const toRecordBatch = this.toBatch([...items, ...this.parser!.end()], true);
    if (toRecordBatch !== undefined) yield toRecordBatch;
  }

  private parse(text: string): FeedItem[] {
    if (this.parser !== undefined) return this.parser.write(text);
    this.start += text;
    return this.start.length < SEARCHED_LENGTH ? [] : this.parseStart();
  }

  private parseStart(): FeedItem[] {
    this.parser = new FeedParser(productElements(this.start, FEED_FAULTS));
    const { start } = this;
    this.start = '';
    return this.parser.write(start);
  }

  private toBatch(items: FeedItem[], last = false): RecordBatch | undefined {
    if (this.head === undefined) return items.length > 0 ? this.toRecordBatch(items) : undefined;
    this.head.push(...items);
    if (!last && this.head.length < HEAD_ITEMS) return undefined;
    const { head } = this;
    this.head = undefined;
    if (head.length === 0) {
      const message =
        'The XML contains no products: no item, entry, offer or product, and no repeated element with a URL. Export a product feed.';
      throw new FileProblem('xml_without_products', message, { isAboutFile: true });
    }
    for (const { values } of head) for (const name of values.keys()) this.findOrAddColumn(name);
    if (this.columns.has('image_link'))
      for (const name of EXPECTED_COLUMNS) this.findOrAddColumn(name);
    const { records, lines } = this.toRecordBatch(head);
    return { records: [this.columnNames(), ...records], lines: [1, ...lines] };
  }

  private toRecordBatch(items: FeedItem[]): RecordBatch {
    return {
      records: items.map((item) => this.toCells(item)),
      lines: items.map(({ line }) => line),
    };
  }

  private toCells({ values }: FeedItem): string[] {
    const toCells: string[] = [];
    for (const [name, list] of values) {
      const column = this.findOrAddColumn(name);
      if (column !== undefined) toCells[column] = list.join(',');
    }
    return Array.from(toCells, (cell) => cell ?? '');
  }

  private findOrAddColumn(name: string): number | undefined {
    const known = this.columns.get(name);
    if (known !== undefined) return known;
    if (this.columns.size >= MAX_COLUMNS || name.length > MAX_NAME_LENGTH) return undefined;
    this.columns.set(name, this.columns.size);
    return this.columns.size - 1;
  }
}

/** Returns the encoding that an XML declaration names. */
export function findDeclaredEncoding(head: Buffer): Encoding | undefined {
  const declaration = /^(?:\uFEFF|ï»¿)?<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]+)["']/i.exec(
    head.subarray(0, 512).toString('latin1'),
  );
  return declaration ? encodingNamed(declaration[1]) : undefined;
}
