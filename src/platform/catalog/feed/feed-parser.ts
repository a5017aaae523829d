import { SaxesParser } from 'saxes';
import { FileProblem } from '../csv/file-problem.js';

/** Elements that are one product each: RSS, Atom, Yandex Market and plain product lists. */
const ITEMS = new Set(['item', 'entry', 'offer', 'product']);
/** Deepest nesting of elements in a feed. */
const MAX_DEPTH = 32;
/** Longest text of one item, in characters. */
const MAX_ITEM_LENGTH = 1024 * 1024;

export interface FeedItem {
  /** Line on which the item starts. */
  line: number;
  /** Texts by attribute name (`g:` left out), in document order. */
  values: Map<string, string[]>;
}

/**
 * Parses a product feed as its text arrives. Entities other than XML's own five and characters by number
 * are not expanded: they are an error.
 */
export class FeedParser {
  private readonly parser = new SaxesParser({ position: true });
  private items: FeedItem[] = [];
  private item?: FeedItem;
  private itemLength = 0;
  /** Names of the open elements below the item. */
  private readonly path: string[] = [];
  private depth = 0;
  private text = '';
  private failure?: FileProblem;
  /** The root element was a web page's. */
  private isHtml = false;

  constructor() {
    this.parser.on('error', (error) =>
      this.fail('xml_invalid', `The XML is broken: ${reasonOf(error)}.`),
    );
    this.parser.on('doctype', (doctype) => {
      if (doctype.includes('[')) {
        this.fail(
          'xml_doctype',
          'The XML defines entities of its own, which are not read. Export it without a DOCTYPE.',
        );
      }
      if (/^\s*html\b/i.test(doctype)) this.isHtml = true;
    });
    this.parser.on('opentag', ({ name, attributes, isSelfClosing }) =>
      this.open(name, attributes as Record<string, string>, isSelfClosing),
    );
    this.parser.on('text', (text) => this.addText(text));
    this.parser.on('cdata', (text) => this.addText(text));
    this.parser.on('closetag', ({ name }) => this.close(name));
  }

  /** @returns the items that are complete */
  write(text: string): FeedItem[] {
    this.parser.write(text);
    return this.take();
  }

  end(): FeedItem[] {
    this.parser.close();
    return this.take();
  }

  private take(): FeedItem[] {
    if (this.failure !== undefined) throw this.failure;
    const { items } = this;
    this.items = [];
    return items;
  }

  private open(name: string, attributes: Record<string, string>, empty: boolean): void {
    this.depth++;
    if (this.depth > MAX_DEPTH)
      this.fail('xml_too_deep', `Elements are nested more than ${MAX_DEPTH} deep.`);
    if (this.depth === 1 && (this.isHtml || name.toLowerCase() === 'html')) {
      this.fail(
        'html_page',
        'This is a web page, not a product feed. Use the link of the feed itself.',
      );
    }
    if (this.item === undefined) {
      if (ITEMS.has(localName(name))) this.start(attributes);
      return;
    }
    this.path.push(localName(name));
    this.text = '';
    // Atom writes links as an attribute.
    if (attributes.href !== undefined && empty) this.text = attributes.href;
  }

  private start(attributes: Record<string, string>): void {
    this.item = { line: this.parser.line, values: new Map() };
    this.itemLength = 0;
    for (const [name, value] of Object.entries(attributes)) {
      if (!name.startsWith('xmlns')) this.add(localName(name), value);
    }
  }

  private addText(text: string): void {
    if (this.item === undefined || this.path.length === 0) return;
    this.itemLength += text.length;
    if (this.itemLength > MAX_ITEM_LENGTH) {
      this.fail('record_too_long', `An item is longer than ${MAX_ITEM_LENGTH} characters.`);
      return;
    }
    this.text += text;
  }

  private close(name: string): void {
    this.depth--;
    if (this.item === undefined) return;
    if (this.path.length === 0) {
      if (!ITEMS.has(localName(name))) return;
      this.items.push(this.item);
      this.item = undefined;
      return;
    }
    // The text of nested elements (`shipping`) is that of the attribute around them.
    const attribute = this.path.length > 1 ? this.path.slice(0, 2).join('/') : this.path[0];
    if (this.text.trim() !== '') this.add(attribute, this.text.trim());
    this.text = '';
    this.path.pop();
  }

  private add(name: string, value: string): void {
    const { values } = this.item!;
    const list = values.get(name);
    if (list === undefined) values.set(name, [value]);
    else list.push(value);
  }

  private fail(code: string, message: string): void {
    this.failure ??= new FileProblem(code, message, { linesAhead: this.parser.line - 1 });
  }
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** saxes puts the position before its message: `12:5: unclosed tag`. */
const reasonOf = (error: Error): string =>
  error.message.replace(/^(?:\d+:)+\s*/, '').replace(/\.$/, '');
