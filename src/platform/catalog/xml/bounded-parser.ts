import { SaxesParser } from 'saxes';
import { FileProblem } from '../csv/file-problem.js';
import type { FileProblemCode } from '../file-problem-codes.js';

/** Maximum length of a text, tag, comment or declaration, in characters. saxes itself has no limit. */
const MAX_TOKEN_LENGTH = 4 * 1024 * 1024;
/** Maximum length of a write to saxes, in characters. The token limit is checked between two writes. */
const WRITE_LENGTH = 256 * 1024;

/** Events of a document. Names are local: `g:id` and `x:row` arrive as `id` and `row`. */
export interface XmlHandlers {
  open(name: string, attributes: Record<string, string>, isSelfClosing: boolean): void;
  close(name: string): void;
  /** All text between two tags, in one or more parts. */
  text(text: string): void;
}

/** Maximum nesting depth of elements. The parser keeps the names of all open ones. */
const MAX_DEPTH = 256;

/** Codes and wording that fit the kind of file. */
export interface XmlFaults {
  invalid: FileProblemCode;
  doctype: FileProblemCode;
  tooLong: FileProblemCode;
}

/**
 * Parses XML as its text arrives, in bounded memory. A DOCTYPE that defines entities is rejected. Only the
 * predefined entities of XML are expanded.
 */
export class BoundedXmlParser {
  private readonly parser = new SaxesParser({ position: true });
  private failure?: FileProblem;
  /** Position of the latest event. The text after it is one open token. */
  private eventAt = 0;
  private depth = 0;

  constructor(
    handlers: XmlHandlers,
    private readonly faults: XmlFaults,
    onDoctype: (doctype: string) => void = () => undefined,
  ) {
    const { parser } = this;
    const seen = () => (this.eventAt = parser.position);
    parser.on('error', (error) => {
      this.fail(faults.invalid, `The XML is broken: ${withoutPosition(error)}.`);
    });
    parser.on('doctype', (doctype) => {
      seen();
      if (doctype.includes('[')) {
        const message = 'The XML defines its own entities. Export it without a DOCTYPE.';
        this.fail(faults.doctype, message);
      }
      onDoctype(doctype);
    });
    parser.on('opentag', ({ name, attributes, isSelfClosing }) => {
      seen();
      if (++this.depth > MAX_DEPTH) {
        this.fail(faults.tooLong, `Elements are nested more than ${MAX_DEPTH} deep.`);
      }
      if (this.failure === undefined) {
        handlers.open(localName(name), attributes as Record<string, string>, isSelfClosing);
      }
    });
    parser.on('closetag', ({ name }) => {
      seen();
      this.depth--;
      if (this.failure === undefined) handlers.close(localName(name));
    });
    const onText = (text: string) => {
      seen();
      if (this.failure === undefined) handlers.text(text);
    };
    parser.on('text', onText);
    parser.on('cdata', onText);
    parser.on('comment', seen);
  }

  /** Number of the current line, from 1. */
  get line(): number {
    return this.parser.line;
  }

  write(text: string): void {
    for (let from = 0; from < text.length; from += WRITE_LENGTH) {
      this.parser.write(
        from === 0 ? text.slice(0, WRITE_LENGTH) : text.slice(from, from + WRITE_LENGTH),
      );
      if (this.failure !== undefined) throw this.failure;
      if (this.parser.position - this.eventAt > MAX_TOKEN_LENGTH) {
        const message = `A text or tag is longer than ${MAX_TOKEN_LENGTH} characters.`;
        this.fail(this.faults.tooLong, message);
      }
      if (this.failure !== undefined) throw this.failure;
    }
  }

  end(): void {
    this.parser.close();
    if (this.failure !== undefined) throw this.failure;
  }

  /** Stops the reading. The first failure wins. */
  fail(code: FileProblemCode, message: string): void {
    this.failure ??= new FileProblem(code, message, { linesAhead: this.line - 1 });
  }
}

export const localName = (name: string): string => {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
};

/** saxes prefixes its message with the position: `12:5: unclosed tag`. */
const withoutPosition = (error: Error): string =>
  error.message.replace(/^\d+:\d+: ?/, '').replace(/\.$/, '');
