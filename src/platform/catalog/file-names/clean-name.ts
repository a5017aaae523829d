/** Characters that represent values that are not known yet. They are removed from the text of a product file. */
export const PLACEHOLDERS = { width: '\ue000', height: '\ue001', output: '\ue002' } as const;

/** Invisible characters: direction marks, joiners, variation selectors, fillers. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const WORDS = /[\p{L}\p{N}\ue000-\ue002][\p{L}\p{N}\p{M}_\ue000-\ue002]*/gu;
/** A clean ASCII name, which is the most common case. */
const ASCII_NAME = /^[A-Za-z0-9]\w*(?:-[A-Za-z0-9]\w*)*$/;
const PLACEHOLDER = /[\ue000-\ue002]/g;
/** Reserved Windows device names. */
const DEVICE_NAME = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** Maximum length that is read from a cell, in characters. Longer cells, such as descriptions, are truncated. */
const MAX_READ_LENGTH = 400;
/** Maximum size of a file name in common file systems and in ZIP tools. */
const MAX_FILE_NAME_BYTES = 255;

/**
 * Keeps letters, digits and underscores, and replaces everything between them with one hyphen. The result is not
 * a path. It is valid in URLs, on Windows and as an S3 key. It is empty if the text has no letters or digits.
 */
export function cleanName(text: string): string {
  if (ASCII_NAME.test(text)) return text;
  const visibleText = text.replace(INVISIBLE, '').normalize('NFKC');
  return visibleText.match(WORDS)?.join('-') ?? '';
}

/** Cleans text from a product file and truncates it to `maxBytes` bytes of UTF-8. */
export function cleanValue(text: string, maxBytes: number): string {
  return truncateToBytes(
    cleanName(text.slice(0, MAX_READ_LENGTH).replace(PLACEHOLDER, ' ')),
    maxBytes,
  );
}

/** Replaces an empty name with `image`, and prefixes a reserved Windows device name with `_`. */
export const toUsableName = (name: string): string =>
  name === '' ? 'image' : DEVICE_NAME.test(name) ? `_${name}` : name;

/** Returns true for a name without placeholders that `cleanName` and `toUsableName` would not change. */
export function isCleanName(name: string): boolean {
  const nameWithoutPrefix = name.startsWith('_') ? name.slice(1) : name;
  if (nameWithoutPrefix === '' || Buffer.byteLength(name) > MAX_FILE_NAME_BYTES) return false;
  return (
    cleanName(nameWithoutPrefix.replace(PLACEHOLDER, ' ')) === nameWithoutPrefix &&
    toUsableName(nameWithoutPrefix) === name
  );
}

function truncateToBytes(text: string, maxBytes: number): string {
  // A character has at most three bytes for each of its UTF-16 units.
  if (text.length * 3 <= maxBytes) return text;
  let bytes = 0;
  let length = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    length += character.length;
  }
  return text.slice(0, length);
}
