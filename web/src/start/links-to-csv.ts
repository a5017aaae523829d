interface LinkList {
  csv: string;
  /** Of each row, its line in the text, from 1. */
  lines: number[];
}

/**
 * A list of image links as a catalogue: one product a line, named after the first file. Commas and
 * blanks separate links of one product where a new link follows, so a comma inside a link survives.
 */
export function linksToCsv(text: string): LinkList | undefined {
  const found = text
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '');
  if (found.length === 0) return undefined;
  const rows = found.map(({ line }, index) => {
    const links = line.split(/[\s,;|]+(?=https?:\/\/)/i);
    return [String(index + 1), nameOf(links[0]), links.join(',')].map(cell).join(',');
  });
  const csv = ['S. No.,Product Name,Input Image Urls', ...rows, ''].join('\n');
  return { csv, lines: found.map(({ number }) => number) };
}

function nameOf(link: string): string {
  const file = /([^/?#]+)(?:[?#].*)?$/.exec(link.replace(/^https?:\/\//i, ''))?.[1] ?? link;
  return file.replace(/\.\w{2,5}$/, '').slice(0, 80);
}

const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
