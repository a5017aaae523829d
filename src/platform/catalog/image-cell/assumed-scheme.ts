/**
 * Returns true if `https:` was added to a URL that has no scheme in its cell, such as `//cdn.example/a.jpg` or
 * `www.example.com/a.jpg`.
 *
 * @param cells all cells of the row
 */
export function wasSchemeAdded(url: string, cells: readonly string[]): boolean {
  const host = /^https:\/\/([^/?#\\]+)/.exec(url)?.[1].toLowerCase();
  if (host === undefined) return false;
  const texts = cells.map((cell) => cell.replaceAll('\\/', '/').toLowerCase());
  return (
    texts.some((text) => text.includes(host)) &&
    !texts.some((text) => text.includes(`https://${host}`))
  );
}
