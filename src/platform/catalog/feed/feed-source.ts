import { FileProblem } from '../csv/file-problem.js';
import type { FileLayout, RecordBatch, RecordSource } from '../records.js';
import { decodeText, type TextEncoding } from '../text/decode-text.js';
import { type Encoding, findEncoding } from '../text/encodings.js';
import { FEED_PROBLEM_CODES, type FeedItem, FeedParser } from './feed-parser.js';
import { findProductElements } from './product-elements.js';

/** Length of the leading text that is searched for product elements, in characters. */
const SEARCHED_LENGTH = 256 * 1024;

/** Number of items read before the columns are determined. Later attributes get columns at the end. */
const HEAD_ITEMS = 250;
/** Columns for additional images, which the first items may lack. */
const EXPECTED_COLUMNS = ['additional_image_link'];
/** Maximum number of distinct attributes in a feed. */
const MAX_COLUMNS = 1024;
const MAX_NAME_LENGTH = 255;

/**
 * Reads a product feed in XML (Google Merchant Center, Yandex Market, Heureka and others) as a table. Each
 * item is a record and each attribute is a column. Repeated attributes share a cell, separated by commas.
 */
export class FeedSource implements RecordSource {
  private readonly textEncoding: TextEncoding = {
    encoding: 'utf-8',
    hasBom: false,
    hasReplacements: false,
  };
  private parser?: FeedParser;
  /** Text read before the product elements are known. */
  private pendingText = '';
  private readonly columns = new Map<string, number>();
  private headItems?: FeedItem[] = [];

  constructor(
    private readonly source: AsyncIterable<Buffer>,
    private readonly options: { encoding?: Encoding; declaredEncoding?: Encoding } = {},
  ) {}

  get layout(): FileLayout {
    return {
      format: 'xml',
      encoding: this.textEncoding.encoding,
      bom: false,
      delimiter: ',',
      newline: '\n',
      quotedLines: false,
      backslashQuotes: false,
      strayQuotes: 0,
    };
  }

  /** Returns undefined, because a feed has no text before a header. */
  getRawHead(): undefined {
    return undefined;
  }

  /** Returns the names of all columns, including columns added later. */
  getColumnNames(): string[] {
    return [...this.columns.keys()];
  }

  findLine({ linesBefore }: FileProblem): number {
    return (linesBefore ?? 0) + 1;
  }

  async *read(): AsyncGenerator<RecordBatch> {
    const encoding = this.options.encoding ?? this.options.declaredEncoding;
    for await (const text of decodeText(this.source, this.textEncoding, encoding)) {
      const batch = this.toBatch(this.parseText(text));
      if (batch !== undefined) yield batch;
    }
    const items = this.parser === undefined ? this.parsePendingText() : [];
    const batch = this.toBatch([...items, ...this.parser!.end()], true);
    if (batch !== undefined) yield batch;
  }

  private parseText(text: string): FeedItem[] {
    if (this.parser !== undefined) return this.parser.write(text);
    this.pendingText += text;
    return this.pendingText.length < SEARCHED_LENGTH ? [] : this.parsePendingText();
  }

  private parsePendingText(): FeedItem[] {
    this.parser = new FeedParser(findProductElements(this.pendingText, FEED_PROBLEM_CODES));
    const { pendingText } = this;
    this.pendingText = '';
    return this.parser.write(pendingText);
  }

  private toBatch(items: FeedItem[], isLast = false): RecordBatch | undefined {
    if (this.headItems === undefined)
      return items.length > 0 ? this.toRecordBatch(items) : undefined;
    this.headItems.push(...items);
    if (!isLast && this.headItems.length < HEAD_ITEMS) return undefined;
    const { headItems } = this;
    this.headItems = undefined;
    if (headItems.length === 0) {
      const message =
        'The XML contains no products: no item, entry, offer or product, and no repeated element with a URL. Export a product feed.';
      throw new FileProblem('xml_without_products', message, { affectsWholeFile: true });
    }
    for (const { values } of headItems)
      for (const name of values.keys()) this.findOrAddColumn(name);
    if (this.columns.has('image_link'))
      for (const name of EXPECTED_COLUMNS) this.findOrAddColumn(name);
    const { records, lineNumbers } = this.toRecordBatch(headItems);
    return { records: [this.getColumnNames(), ...records], lineNumbers: [1, ...lineNumbers] };
  }

  private toRecordBatch(items: FeedItem[]): RecordBatch {
    return {
      records: items.map((item) => this.toCells(item)),
      lineNumbers: items.map(({ line }) => line),
    };
  }

  private toCells({ values }: FeedItem): string[] {
    const cells: string[] = [];
    for (const [name, attributeValues] of values) {
      const column = this.findOrAddColumn(name);
      if (column !== undefined) cells[column] = attributeValues.join(',');
    }
    return Array.from(cells, (cell) => cell ?? '');
  }

  private findOrAddColumn(name: string): number | undefined {
    const existingColumn = this.columns.get(name);
    if (existingColumn !== undefined) return existingColumn;
    if (this.columns.size >= MAX_COLUMNS || name.length > MAX_NAME_LENGTH) return undefined;
    this.columns.set(name, this.columns.size);
    return this.columns.size - 1;
  }
}

/** Returns the encoding that an XML declaration specifies. */
export function findDeclaredEncoding(head: Buffer): Encoding | undefined {
  const declaration = /^(?:\uFEFF|ï»¿)?<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]+)["']/i.exec(
    head.subarray(0, 512).toString('latin1'),
  );
  return declaration ? findEncoding(declaration[1]) : undefined;
}
