import type { EntryEscaping, ImageEntry } from './image-entry.js';

/**
 * Replaces the URL of each entry in a cell. The text around the URLs is unchanged.
 *
 * @param getUrl returns the new URL of an entry; undefined keeps its text
 */
export function replaceInCell(
  cell: string,
  entries: readonly ImageEntry[],
  getUrl: (entry: ImageEntry) => string | undefined,
): string {
  let text = '';
  let position = 0;
  for (const entry of entries) {
    const url = getUrl(entry);
    if (url === undefined) continue;
    text += cell.slice(position, entry.start) + escapeUrl(url, entry.escaping);
    position = entry.end;
  }
  return text + cell.slice(position);
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
