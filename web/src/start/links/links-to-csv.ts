interface LinkList {
  csv: string;
  /** Line number in the text for each row of the CSV, from 1. */
  lineNumbers: number[];
}

/** Separates the links of one line. */
const SEPARATOR = /[\s,;|]/;

/**
 * Converts a list of image links to a CSV file with one product per line, named after its first image. Commas and
 * spaces separate links only before another link, so a comma inside a link is kept.
 */
export function convertLinksToCsv(text: string): LinkList | undefined {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ links: line.trim(), lineNumber: index + 1 }))
    .filter(({ links }) => links !== '');
  if (lines.length === 0) return undefined;
  const rows = lines.map((line, index) => {
    const links = splitLinks(line.links);
    return [String(index + 1), getNameFromLink(links[0]), links.join(',')].map(quoteCell).join(',');
  });
  const csv = ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
  return { csv, lineNumbers: lines.map(({ lineNumber }) => lineNumber) };
}

/**
 * Splits a line before each link that follows a separator. Takes linear time, unlike a regular expression with a
 * lookahead.
 */
function splitLinks(line: string): string[] {
  const links: string[] = [];
  let start = 0;
  for (const { index } of line.matchAll(/https?:\/\//gi)) {
    if (index === 0 || !SEPARATOR.test(line[index - 1])) continue;
    links.push(line.slice(start, findLinkEnd(line, start, index)));
    start = index;
  }
  return [...links, line.slice(start)];
}

function findLinkEnd(line: string, start: number, nextStart: number): number {
  let end = nextStart;
  while (end > start && SEPARATOR.test(line[end - 1])) end -= 1;
  return end;
}

/** Returns the last path segment without its extension, or the host when the path is empty. */
function getNameFromLink(link: string): string {
  const path = link.replace(/^https?:\/\//i, '').split(/[?#]/, 1)[0];
  const file = path.split('/').findLast((segment) => segment !== '') ?? link;
  return file.replace(/\.\w{2,5}$/, '').slice(0, 80);
}

const quoteCell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
