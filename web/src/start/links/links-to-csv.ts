interface LinkList {
  csv: string;
  /** Line of each row in the text, from 1. */
  lines: number[];
}

/** Separates the links of one line. */
const SEPARATOR = /[\s,;|]/;

/**
 * Converts a list of image links to a catalog with one product per line, named after the first file. Commas
 * and spaces separate links only before another link, so a comma inside a link is kept.
 */
export function linksToCsv(text: string): LinkList | undefined {
  const found = text
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '');
  if (found.length === 0) return undefined;
  const rows = found.map(({ line }, index) => {
    const links = splitLinks(line);
    return [String(index + 1), nameFromLink(links[0]), links.join(',')].map(cell).join(',');
  });
  const csv = ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
  return { csv, lines: found.map(({ number }) => number) };
}

/** Splits where a link follows a separator, in linear time, unlike a pattern with a lookahead. */
function splitLinks(line: string): string[] {
  const links: string[] = [];
  let begin = 0;
  for (const { index } of line.matchAll(/https?:\/\//gi)) {
    if (index === 0 || !SEPARATOR.test(line[index - 1])) continue;
    links.push(line.slice(begin, findLinkEnd(line, begin, index)));
    begin = index;
  }
  return [...links, line.slice(begin)];
}

function findLinkEnd(line: string, begin: number, next: number): number {
  let end = next;
  while (end > begin && SEPARATOR.test(line[end - 1])) end -= 1;
  return end;
}

/** Returns the last path segment without extension, or the host when the path is empty. */
function nameFromLink(link: string): string {
  const path = link.replace(/^https?:\/\//i, '').split(/[?#]/, 1)[0];
  const file = path.split('/').findLast((segment) => segment !== '') ?? link;
  return file.replace(/\.\w{2,5}$/, '').slice(0, 80);
}

const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
