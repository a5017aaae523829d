import type { EntryEscaping, ImageEntry } from './image-entry.js';

/**
 * Returns the cell with the URL of each entry replaced. The text around it is unchanged.
 *
 * @param urlOf returns the new URL of an entry; undefined keeps its text
 */
export function replaceInCell(
  cell: string,
  entries: readonly ImageEntry[],
  urlOf: (entry: ImageEntry) => string | undefined,
): string {
  let text = '';
  let from = 0;
  for (const entry of entries) {
    const url = urlOf(entry);
    if (url === undefined) continue;
    text += cell.slice(from, entry.start) + escapeUrl(url, entry.escaping);
    from = entry.end;
  }
  return text + cell.slice(from);
}

function escapeUrl(url: string, escaping: EntryEscaping): string {
  switch (escaping) {
    case 'html':
      return url.replaceAll('&', '&amp;');
    case 'json':
      return JSON.stringify(url).slice(1, -1);
    case 'json-slashes':
      return JSON.stringify(url)
        .slice(1, -1)
        .replaceAll('/', String.raw`\/`);
    default:
      return url;
  }
}
