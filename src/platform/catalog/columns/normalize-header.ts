/** Returns the letters and digits of a header cell in lower case. Keeps `#`, which means "number". */
export const toColumnKey = (name: string): string =>
  name.trim() === '#'
    ? '#'
    : name
        .normalize('NFKC')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]/gu, '');

/**
 * Returns the words of a header cell: `productImageUrl`, `IMAGE1` and `Product Image URL - 1` all contain
 * `image`. Hints in brackets (`Image URLs (x,y,z...)`) and everything before a slash are ignored.
 */
export function splitHeaderWords(name: string): string[] {
  const normalizedName = name.slice(0, MAX_NAME_LENGTH).normalize('NFKC');
  const withoutHints = normalizedName.replace(/\([^()]*\)|\[[^[\]]*\]/g, ' ');
  const lastSegment = withoutHints.slice(withoutHints.lastIndexOf('/') + 1);
  return (/\p{L}/u.test(lastSegment) ? lastSegment : withoutHints)
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{L})(\p{N})|(\p{N})(\p{L})/gu, '$1$3 $2$4')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** A longer header cell is a sentence, such as an explanation in a template. */
const MAX_NAME_LENGTH = 80;
