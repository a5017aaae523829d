import { hasImageExtension } from './image-extension.js';

/** Maximum length of a scheme before `://`, in characters. */
const MAX_SCHEME_LENGTH = 32;
const SCHEME_CHAR = /[a-z0-9+.-]/i;
/** Maximum length of a label before a URL, in characters. */
const MAX_LABEL_LENGTH = 64;
/** Separators and white space after which a URL may start. */
const SEPARATOR = /[\s,;|\u200B\uFEFF]/;
/** Opening quotes and brackets. They are also valid inside a URL. */
const OPENING = /["'`<([{]/;
/** Characters that precede an opening quote or bracket outside a URL. */
const BOUNDARY_BEFORE_OPENING = /[\s,;|=:"'`<([{\]\u200B\uFEFF]/;

/**
 * Finds the positions where URLs start: `scheme://`, `//host` and `www.` at the start of the cell or after a
 * separator. Skips a URL inside another URL (`…/fetch/https://…`, `?url=https://…`).
 *
 * Takes linear time in the length of the cell.
 */
export function findUrlStarts(text: string): number[] {
  const starts = findSchemeStarts(text);
  forEachToken(text, '//', (index) => isHostStart(text, index) && starts.push(index));
  forEachToken(text, 'www.', (index) => starts.push(index));
  forEachToken(text, 'WWW.', (index) => starts.push(index));
  return starts.length > 1 ? [...new Set(starts)].toSorted((a, b) => a - b) : starts;
}

function findSchemeStarts(text: string): number[] {
  const starts: number[] = [];
  for (let index = text.indexOf('://'); index >= 0; index = text.indexOf('://', index + 3)) {
    let start = index;
    while (start > 0 && index - start < MAX_SCHEME_LENGTH && SCHEME_CHAR.test(text[start - 1])) {
      start--;
    }
    while (start < index && !/[a-z]/i.test(text[start])) start++;
    if (start === index) continue;
    // Skips a line break that was written as two characters, a backslash and a letter: `1.jpg\nhttps://…`.
    if (text.startsWith(String.raw`\n`, start - 1)) start++;
    start = skipImageExtension(text, start, index);
    // The first URL may directly follow a bracket: `front.jpg(https://…)`.
    const isFirst = starts.length === 0 && OPENING.test(text[start - 1] ?? '');
    if (
      isFirst ||
      isBoundary(text, start) ||
      isAfterLabel(text, start) ||
      isAfterImageExtension(text, start, starts)
    ) {
      starts.push(start);
    }
  }
  return starts;
}

function forEachToken(text: string, token: string, onToken: (index: number) => unknown): void {
  for (
    let index = text.indexOf(token);
    index >= 0;
    index = text.indexOf(token, index + token.length)
  ) {
    if (isBoundary(text, index)) onToken(index);
  }
}

function isBoundary(text: string, index: number): boolean {
  if (index === 0 || SEPARATOR.test(text[index - 1])) return true;
  return (
    OPENING.test(text[index - 1]) && (index === 1 || BOUNDARY_BEFORE_OPENING.test(text[index - 2]))
  );
}

/** Returns true after a short label without a slash, which is not part of a URL: `Front:https://…`, `src=https://…`. */
function isAfterLabel(text: string, index: number): boolean {
  if (!/[:=]/.test(text[index - 1])) return false;
  const previousText = text.slice(Math.max(0, index - MAX_LABEL_LENGTH), index);
  const label = previousText.slice(
    Math.max(...[',', ';', '|', '\r', '\n'].map((char) => previousText.lastIndexOf(char))) + 1,
  );
  return label.length < MAX_LABEL_LENGTH && !/[/?]/.test(label);
}

/**
 * Returns true after an image file extension with an uncommon separator or without one: `1.jpg~https://…`,
 * `1.jpg::https://…`, `1.jpg<br>https://…`, `1.jpghttps://…`.
 */
function isAfterImageExtension(text: string, index: number, starts: readonly number[]): boolean {
  const previousStart = starts.at(-1);
  if (previousStart === undefined) return false;
  const end = findUrlEnd(text, index);
  return hasImageExtension(text.slice(Math.max(previousStart, end - 64), end));
}

/** Skips the extension of the previous URL if it directly precedes the scheme: `1.jpghttps://…`. */
function skipImageExtension(text: string, start: number, schemeEnd: number): number {
  const scheme = /^(.{1,32}?)https?$/i.exec(text.slice(start, schemeEnd));
  return scheme !== null && hasImageExtension(scheme[1]) ? start + scheme[1].length : start;
}

const LINE_BREAK_TAG = /<br ?\/?> ?$/i;
const MAX_TAG_LENGTH = 8;

/** Returns the start of the `<br>` that ends at `index`, or `index` if there is no such tag. */
export function trimLineBreakTag(text: string, index: number): number {
  const tag = LINE_BREAK_TAG.exec(text.slice(Math.max(0, index - MAX_TAG_LENGTH), index));
  return tag === null ? index : index - tag[0].length;
}

/** Returns the end of the URL that precedes the URL at `index`, without the separator between them. */
export function findUrlEnd(text: string, index: number): number {
  if (text.endsWith(String.raw`\n`, index)) return index - 2;
  let end = trimLineBreakTag(text, index);
  if (end < index) return end;
  while (end > 0 && index - end < 3 && /[~^*+>:!@#\\]/.test(text[end - 1])) end--;
  return end;
}

/** Distinguishes a host, which has a dot or a port, from a doubled slash: `//cdn.example.com/…`, `//127.0.0.1:80/…`. */
const isHostStart = (text: string, index: number): boolean =>
  /^(?:[\p{L}\p{N}-]{1,63}[.:]|\[|localhost\b)/u.test(text.slice(index + 2, index + 68));

/** Returns true if a cell starts with a URL, and false if it continues the URL in the previous cell. */
export const startsWithScheme = (cell: string): boolean =>
  /^[a-z][a-z0-9+.-]{0,31}:\/\//i.test(cell.trimStart().slice(0, MAX_SCHEME_LENGTH + 3));
