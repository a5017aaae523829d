/** Characters that stand for a value that is not known yet. No text of a product file keeps them. */
export const PLACEHOLDERS = { width: '\ue000', height: '\ue001', output: '\ue002' } as const;

/** Invisible characters: direction marks, joiners, variation selectors, fillers. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const WORDS = /[\p{L}\p{N}\ue000-\ue002][\p{L}\p{N}\p{M}_\ue000-\ue002]*/gu;
/** A clean name in ASCII, the most common case. */
const ASCII_NAME = /^[A-Za-z0-9]\w*(?:-[A-Za-z0-9]\w*)*$/;
const PLACEHOLDER = /[\ue000-\ue002]/g;
/** Reserved device names of Windows, with or without an extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** Maximum length of a cell that is read. Longer ones, such as descriptions, are cut. */
const MAX_READ_LENGTH = 400;
/** Maximum size of a file name in common file systems and in ZIP tools. */
const MAX_FILE_NAME_BYTES = 255;

/**
 * Keeps letters, digits and underscores, and replaces everything between them with one hyphen. The name is not a
 * path. It is valid in URLs, on Windows and as an S3 key. Empty if the text has neither letters nor digits.
 */
export function cleanName(text: string): string {
  if (ASCII_NAME.test(text)) return text;
  const visible = text.replace(INVISIBLE, '').normalize('NFKC');
  return visible.match(WORDS)?.join('-') ?? '';
}

/** Cleans a text of a product file, and cuts it to a number of bytes in UTF-8. */
export function cleanValue(text: string, maxBytes: number): string {
  return cutToBytes(cleanName(text.slice(0, MAX_READ_LENGTH).replace(PLACEHOLDER, ' ')), maxBytes);
}

/** Returns a name that is not empty and not a reserved device name of Windows. */
export const usableName = (name: string): string =>
  name === '' ? 'image' : DEVICE.test(name) ? `_${name}` : name;

/** Returns true for a name that `usableName` and `cleanName` return, without placeholders. */
export function isCleanName(name: string): boolean {
  const bare = name.startsWith('_') ? name.slice(1) : name;
  if (bare === '' || Buffer.byteLength(name) > MAX_FILE_NAME_BYTES) return false;
  return cleanName(bare.replace(PLACEHOLDER, ' ')) === bare && usableName(bare) === name;
}

function cutToBytes(text: string, maxBytes: number): string {
  // No character has more than three bytes for each of its UTF-16 units.
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
