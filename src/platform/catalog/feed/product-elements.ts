import { FileProblem } from '../csv/file-problem.js';
import { BoundedXmlParser, type XmlProblemCodes } from '../xml/bounded-parser.js';

/** Lower-case names of the elements that represent products in RSS, Atom, Yandex Market, Heureka and Meta feeds. */
const KNOWN_PRODUCT_ELEMENTS: ReadonlySet<string> = new Set([
  'item',
  'entry',
  'offer',
  'product',
  'shopitem',
  'listing',
]);
/** Maximum depth of a product element. The root element has depth 1. */
const MAX_PRODUCT_DEPTH = 5;
/** Maximum number of distinct paths that are counted. */
const MAX_PATHS = 1000;

/** Statistics about the elements with the same path at the start of a feed. */
interface ElementStatistics {
  name: string;
  depth: number;
  count: number;
  hasChildren: boolean;
  hasUrl: boolean;
}

/**
 * Finds the elements that represent products. If no known element occurs, returns the outermost repeated
 * element that contains a URL.
 *
 * @param head start of the document
 * @returns the element names in lower case
 */
export function findProductElements(
  head: string,
  problemCodes: XmlProblemCodes,
): ReadonlySet<string> {
  const statisticsByPath = new Map<string, ElementStatistics>();
  const openElements: (ElementStatistics | undefined)[] = [];
  const names: string[] = [];
  const handlers = {
    onOpenTag(name: string, attributes: Record<string, string>) {
      names.push(name.toLowerCase());
      const parent = openElements.at(-1);
      if (parent !== undefined) parent.hasChildren = true;
      const element = findOrAddElement(statisticsByPath, names);
      openElements.push(element);
      if (element !== undefined) element.count++;
      if (Object.values(attributes).some(isUrl)) markUrl(openElements);
    },
    onCloseTag() {
      names.pop();
      openElements.pop();
    },
    onText(text: string) {
      if (isUrl(text)) markUrl(openElements);
    },
  };
  try {
    new BoundedXmlParser(handlers, problemCodes).write(head);
  } catch (error) {
    // The parser that reads the whole document reports the error.
    if (!(error instanceof FileProblem)) throw error;
  }
  return chooseElements([...statisticsByPath.values()]);
}

function findOrAddElement(
  statisticsByPath: Map<string, ElementStatistics>,
  names: readonly string[],
): ElementStatistics | undefined {
  if (names.length > MAX_PRODUCT_DEPTH) return undefined;
  const path = names.join('/');
  const existingElement = statisticsByPath.get(path);
  if (existingElement !== undefined || statisticsByPath.size >= MAX_PATHS) return existingElement;
  const name = names[names.length - 1];
  const element = { name, depth: names.length, count: 0, hasChildren: false, hasUrl: false };
  statisticsByPath.set(path, element);
  return element;
}

function markUrl(openElements: readonly (ElementStatistics | undefined)[]): void {
  for (const element of openElements) if (element !== undefined) element.hasUrl = true;
}

function chooseElements(elements: readonly ElementStatistics[]): ReadonlySet<string> {
  if (elements.some(({ name, hasChildren }) => hasChildren && KNOWN_PRODUCT_ELEMENTS.has(name)))
    return KNOWN_PRODUCT_ELEMENTS;
  const [outermostElement] = elements
    .filter(
      ({ depth, count, hasChildren, hasUrl }) => depth > 1 && count > 1 && hasChildren && hasUrl,
    )
    .toSorted((a, b) => a.depth - b.depth || b.count - a.count);
  return outermostElement === undefined ? KNOWN_PRODUCT_ELEMENTS : new Set([outermostElement.name]);
}

/** Returns true if the text contains a URL with a path. */
const isUrl = (text: string): boolean => /https?:\/\/[^\s/]+\/\S/i.test(text);
