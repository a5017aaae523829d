import { FileProblem } from '../csv/file-problem.js';
import { BoundedXmlParser, type XmlFaults } from '../xml/bounded-parser.js';

/** Lower-case names of the elements that are one product each: RSS, Atom, Yandex Market, Heureka, Meta. */
const KNOWN: ReadonlySet<string> = new Set([
  'item',
  'entry',
  'offer',
  'product',
  'shopitem',
  'listing',
]);
/** Maximum depth of a product element; the root is 1. */
const MAX_PRODUCT_DEPTH = 5;
/** Maximum number of different paths that are counted. */
const MAX_PATHS = 1000;

/** Statistics of the elements of one path at the start of a feed. */
interface Seen {
  name: string;
  depth: number;
  count: number;
  hasChildren: boolean;
  hasUrl: boolean;
}

/**
 * Finds the elements of products. Without a known element, these are the outermost ones that repeat and
 * contain a URL.
 *
 * @param head start of the document
 * @returns their names in lower case
 */
export function productElements(head: string, faults: XmlFaults): ReadonlySet<string> {
  const seen = new Map<string, Seen>();
  const open: (Seen | undefined)[] = [];
  const names: string[] = [];
  const handlers = {
    open(name: string, attributes: Record<string, string>) {
      names.push(name.toLowerCase());
      const parent = open.at(-1);
      if (parent !== undefined) parent.hasChildren = true;
      const element = elementAt(seen, names);
      open.push(element);
      if (element !== undefined) element.count++;
      if (Object.values(attributes).some(isUrl)) markUrl(open);
    },
    close() {
      names.pop();
      open.pop();
    },
    text(text: string) {
      if (isUrl(text)) markUrl(open);
    },
  };
  try {
    new BoundedXmlParser(handlers, faults).write(head);
  } catch (error) {
    // The parser of the whole document reports the error.
    if (!(error instanceof FileProblem)) throw error;
  }
  return chooseElements([...seen.values()]);
}

function elementAt(seen: Map<string, Seen>, names: readonly string[]): Seen | undefined {
  if (names.length > MAX_PRODUCT_DEPTH) return undefined;
  const path = names.join('/');
  const known = seen.get(path);
  if (known !== undefined || seen.size >= MAX_PATHS) return known;
  const name = names[names.length - 1];
  const element = { name, depth: names.length, count: 0, hasChildren: false, hasUrl: false };
  seen.set(path, element);
  return element;
}

function markUrl(open: readonly (Seen | undefined)[]): void {
  for (const element of open) if (element !== undefined) element.hasUrl = true;
}

function chooseElements(elements: readonly Seen[]): ReadonlySet<string> {
  if (elements.some(({ name, hasChildren }) => hasChildren && KNOWN.has(name))) return KNOWN;
  const [outermost] = elements
    .filter(
      ({ depth, count, hasChildren, hasUrl }) => depth > 1 && count > 1 && hasChildren && hasUrl,
    )
    .toSorted((a, b) => a.depth - b.depth || b.count - a.count);
  return outermost === undefined ? KNOWN : new Set([outermost.name]);
}

/** Returns true for a URL other than a namespace, which ends with a host or a version. */
const isUrl = (text: string): boolean => /https?:\/\/[^\s/]+\/\S/i.test(text);
