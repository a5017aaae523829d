import { BoundedXmlParser, toLocalName, type XmlProblemCodes } from '../xml/bounded-parser.js';
import type { FileProblemCode } from '../file-problem-codes.js';

/** Attributes that contain the value of an empty element, such as links in Atom or images in several feeds. */
const VALUE_ATTRIBUTES = ['href', 'src', 'url'];
/** Maximum nesting depth of elements in a feed. */
const MAX_DEPTH = 32;
/** Maximum text length of one item, in characters. */
const MAX_ITEM_LENGTH = 1024 * 1024;

export interface FeedItem {
  /** Line where the item starts. */
  line: number;
  /** Values by attribute name (without `g:`), in document order. */
  values: Map<string, string[]>;
}

export const FEED_PROBLEM_CODES: XmlProblemCodes = {
  invalid: 'xml_invalid',
  doctype: 'xml_doctype',
  tooLong: 'record_too_long',
};

/**
 * Parses a product feed incrementally. Expands only character references and the predefined entities of XML.
 * Rejects all other entities.
 */
export class FeedParser {
  private readonly parser: BoundedXmlParser;
  private items: FeedItem[] = [];
  private item?: FeedItem;
  private itemLength = 0;
  /** Names of the open elements inside the item. */
  private readonly path: string[] = [];
  private depth = 0;
  private text = '';
  /** True if the document is a web page. */
  private isHtml = false;

  /** @param productNames lower-case names of the elements that represent products */
  constructor(private readonly productNames: ReadonlySet<string>) {
    const handlers = {
      onOpenTag: this.openElement.bind(this),
      onCloseTag: this.closeElement.bind(this),
      onText: this.addText.bind(this),
    };
    this.parser = new BoundedXmlParser(handlers, FEED_PROBLEM_CODES, (doctype) => {
      if (/^\s*html\b/i.test(doctype)) this.isHtml = true;
    });
  }

  /** @returns the items completed by this text */
  write(text: string): FeedItem[] {
    this.parser.write(text);
    return this.takeItems();
  }

  end(): FeedItem[] {
    this.parser.end();
    return this.takeItems();
  }

  private takeItems(): FeedItem[] {
    const { items } = this;
    this.items = [];
    return items;
  }

  private openElement(name: string, attributes: Record<string, string>, isEmpty: boolean): void {
    this.depth++;
    if (this.depth > MAX_DEPTH)
      this.fail('xml_too_deep', `Elements are nested more than ${MAX_DEPTH} levels deep.`);
    if (this.depth === 1 && (this.isHtml || name.toLowerCase() === 'html')) {
      this.fail(
        'html_page',
        'This is a web page, not a product feed. Use the URL of the feed itself.',
      );
    }
    if (this.item === undefined) {
      if (this.productNames.has(name.toLowerCase())) this.startItem(attributes);
      return;
    }
    this.path.push(name);
    this.text = '';
    if (!isEmpty) return;
    for (const attribute of VALUE_ATTRIBUTES) this.text ||= attributes[attribute] ?? '';
  }

  private startItem(attributes: Record<string, string>): void {
    this.item = { line: this.parser.line, values: new Map() };
    this.itemLength = 0;
    for (const [name, value] of Object.entries(attributes)) {
      if (!name.startsWith('xmlns')) this.addValue(toLocalName(name), value);
    }
  }

  private addText(text: string): void {
    if (this.item === undefined || this.path.length === 0) return;
    this.addLength(text.length);
    this.text += text;
  }

  private addLength(length: number): void {
    this.itemLength += length;
    if (this.itemLength <= MAX_ITEM_LENGTH) return;
    this.fail('record_too_long', `An item is longer than ${MAX_ITEM_LENGTH} characters.`);
  }

  private closeElement(): void {
    this.depth--;
    if (this.item === undefined) return;
    if (this.path.length === 0) {
      this.items.push(this.item);
      this.item = undefined;
      return;
    }
    // The text of nested elements (`shipping`) belongs to the attribute that contains them.
    const attribute = this.path.length > 1 ? this.path.slice(0, 2).join('/') : this.path[0];
    if (this.text.trim() !== '') this.addValue(attribute, this.text.trim());
    this.text = '';
    this.path.pop();
  }

  private addValue(name: string, value: string): void {
    const { values } = this.item!;
    this.addLength(name.length + 1);
    const existingValues = values.get(name);
    if (existingValues === undefined) values.set(name, [value]);
    else existingValues.push(value);
  }

  private fail(code: FileProblemCode, message: string): void {
    this.parser.fail(code, message);
  }
}
