/** Returns the letters and digits of a header cell in lower case; `#` means "number". */
export const columnKey = (name: string): string =>
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
export function headerWords(name: string): string[] {
  const plain = name.slice(0, MAX_NAME_LENGTH).normalize('NFKC');
  const bare = plain.replace(/\([^()]*\)|\[[^[\]]*\]/g, ' ');
  const last = bare.slice(bare.lastIndexOf('/') + 1);
  return (/\p{L}/u.test(last) ? last : bare)
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{L})(\p{N})|(\p{N})(\p{L})/gu, '$1$3 $2$4')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** A longer header cell is a sentence, as in the line of explanations of a template. */
const MAX_NAME_LENGTH = 80;
