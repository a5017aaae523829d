import { SaxesParser } from 'saxes';
import { FileProblem } from '../csv/file-problem.js';
import type { FileProblemCode } from '../file-problem-codes.js';

/** Maximum length of a text, tag, comment or declaration, in characters. saxes itself has no limit. */
const MAX_TOKEN_LENGTH = 4 * 1024 * 1024;
/** Maximum length of a write to saxes, in characters. The token limit is checked between writes. */
const MAX_WRITE_LENGTH = 256 * 1024;

/** Events of a document. Names are local: `g:id` and `x:row` arrive as `id` and `row`. */
export interface XmlHandlers {
  onOpenTag(name: string, attributes: Record<string, string>, isSelfClosing: boolean): void;
  onCloseTag(name: string): void;
  /** Called one or more times with the text between two tags. */
  onText(text: string): void;
}

/** Maximum nesting depth of elements. The parser keeps the names of all open elements. */
const MAX_DEPTH = 256;

/** Problem codes for the kind of file that contains the XML. */
export interface XmlProblemCodes {
  invalid: FileProblemCode;
  doctype: FileProblemCode;
  tooLong: FileProblemCode;
}

/**
 * Parses XML incrementally in bounded memory. Rejects a DOCTYPE that defines entities. Expands only the
 * predefined entities of XML.
 */
export class BoundedXmlParser {
  private readonly parser = new SaxesParser({ position: true });
  private failure?: FileProblem;
  /** Position of the latest event. The text after it is one incomplete token. */
  private eventPosition = 0;
  private depth = 0;

  constructor(
    handlers: XmlHandlers,
    private readonly problemCodes: XmlProblemCodes,
    onDoctype: (doctype: string) => void = () => undefined,
  ) {
    const { parser } = this;
    const recordPosition = () => (this.eventPosition = parser.position);
    parser.on('error', (error) => {
      this.fail(problemCodes.invalid, `The XML is invalid: ${stripPosition(error)}.`);
    });
    parser.on('doctype', (doctype) => {
      recordPosition();
      if (doctype.includes('[')) {
        const message = 'The XML defines its own entities. Export it without a DOCTYPE.';
        this.fail(problemCodes.doctype, message);
      }
      onDoctype(doctype);
    });
    parser.on('opentag', ({ name, attributes, isSelfClosing }) => {
      recordPosition();
      if (++this.depth > MAX_DEPTH) {
        this.fail(problemCodes.tooLong, `Elements are nested more than ${MAX_DEPTH} levels deep.`);
      }
      if (this.failure === undefined) {
        handlers.onOpenTag(toLocalName(name), attributes as Record<string, string>, isSelfClosing);
      }
    });
    parser.on('closetag', ({ name }) => {
      recordPosition();
      this.depth--;
      if (this.failure === undefined) handlers.onCloseTag(toLocalName(name));
    });
    const onText = (text: string) => {
      recordPosition();
      if (this.failure === undefined) handlers.onText(text);
    };
    parser.on('text', onText);
    parser.on('cdata', onText);
    parser.on('comment', recordPosition);
  }

  /** Current line number, from 1. */
  get line(): number {
    return this.parser.line;
  }

  write(text: string): void {
    for (let offset = 0; offset < text.length; offset += MAX_WRITE_LENGTH) {
      this.parser.write(
        offset === 0
          ? text.slice(0, MAX_WRITE_LENGTH)
          : text.slice(offset, offset + MAX_WRITE_LENGTH),
      );
      if (this.failure !== undefined) throw this.failure;
      if (this.parser.position - this.eventPosition > MAX_TOKEN_LENGTH) {
        const message = `A text or tag is longer than ${MAX_TOKEN_LENGTH} characters.`;
        this.fail(this.problemCodes.tooLong, message);
      }
      if (this.failure !== undefined) throw this.failure;
    }
  }

  end(): void {
    this.parser.close();
    if (this.failure !== undefined) throw this.failure;
  }

  /** Records a failure, which stops the parser. The first failure wins. */
  fail(code: FileProblemCode, message: string): void {
    this.failure ??= new FileProblem(code, message, { linesBefore: this.line - 1 });
  }
}

export const toLocalName = (name: string): string => {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
};

/** Removes the position at the start of a message from saxes: `12:5: unclosed tag`. */
const stripPosition = (error: Error): string =>
  error.message.replace(/^\d+:\d+: ?/, '').replace(/\.$/, '');
