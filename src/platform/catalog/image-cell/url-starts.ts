import { hasImageExtension } from './image-extension.js';

/** Maximum length of a scheme before `://`. */
const MAX_SCHEME_LENGTH = 32;
const SCHEME_CHAR = /[a-z0-9+.-]/i;
/** Maximum length of a label before a URL, in characters. */
const MAX_LABEL_LENGTH = 64;
/** Separators and white space: a URL may start after them. */
const SEPARATOR = /[\s,;|\u200B\uFEFF]/;
/** Opening quotes and brackets are valid inside a URL, too. */
const OPENING = /["'`<([{]/;
/** Characters before an opening quote or bracket that is not inside a URL. */
const BEFORE_OPENING = /[\s,;|=:"'`<([{\]\u200B\uFEFF]/;

/**
 * Positions at which URLs start: `scheme://`, `//host` and `www.` at the start of the cell or after a
 * separator. A URL inside another one (`…/fetch/https://…`, `?url=https://…`) starts none.
 *
 * Linear in the cell's length.
 */
export function urlStarts(text: string): number[] {
  const starts = schemeStarts(text);
  collect(text, '//', (at) => isHostStart(text, at) && starts.push(at));
  collect(text, 'www.', (at) => starts.push(at));
  collect(text, 'WWW.', (at) => starts.push(at));
  return starts.length > 1 ? [...new Set(starts)].toSorted((a, b) => a - b) : starts;
}

function schemeStarts(text: string): number[] {
  const starts: number[] = [];
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    let start = at;
    while (start > 0 && at - start < MAX_SCHEME_LENGTH && SCHEME_CHAR.test(text[start - 1])) {
      start--;
    }
    while (start < at && !/[a-z]/i.test(text[start])) start++;
    if (start === at) continue;
    // `1.jpg\nhttps://…`: the line break was written as two characters, a backslash and a letter.
    if (text.startsWith(String.raw`\n`, start - 1)) start++;
    start = afterImageExtension(text, start, at);
    // `front.jpg(https://…)`: no URL precedes the bracket.
    const isFirst = starts.length === 0 && OPENING.test(text[start - 1] ?? '');
    if (
      isFirst ||
      isBoundary(text, start) ||
      isAfterLabel(text, start) ||
      isAfterImage(text, start, starts)
    ) {
      starts.push(start);
    }
  }
  return starts;
}

function collect(text: string, token: string, found: (at: number) => unknown): void {
  for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + token.length)) {
    if (isBoundary(text, at)) found(at);
  }
}

function isBoundary(text: string, at: number): boolean {
  if (at === 0 || SEPARATOR.test(text[at - 1])) return true;
  return OPENING.test(text[at - 1]) && (at === 1 || BEFORE_OPENING.test(text[at - 2]));
}

/** `Front:https://…`, `src=https://…`: a short label without a slash, so it is not part of a URL. */
function isAfterLabel(text: string, at: number): boolean {
  if (!/[:=]/.test(text[at - 1])) return false;
  const before = text.slice(Math.max(0, at - MAX_LABEL_LENGTH), at);
  const label = before.slice(
    Math.max(...[',', ';', '|', '\r', '\n'].map((char) => before.lastIndexOf(char))) + 1,
  );
  return label.length < MAX_LABEL_LENGTH && !/[/?]/.test(label);
}

/**
 * `1.jpg~https://…`, `1.jpg::https://…`, `1.jpg<br>https://…`, `1.jpghttps://…`: an uncommon separator or
 * no separator directly after an image file extension.
 */
function isAfterImage(text: string, at: number, starts: readonly number[]): boolean {
  const previous = starts.at(-1);
  if (previous === undefined) return false;
  const end = findUrlEnd(text, at);
  return hasImageExtension(text.slice(Math.max(previous, end - 64), end));
}

/** `1.jpghttps://…`: the letters before `://` are the extension of one URL and the scheme of the next. */
function afterImageExtension(text: string, start: number, schemeEnd: number): number {
  const scheme = /^(.{1,32}?)https?$/i.exec(text.slice(start, schemeEnd));
  return scheme !== null && hasImageExtension(scheme[1]) ? start + scheme[1].length : start;
}

const LINE_BREAK_TAG = /<br ?\/?> ?$/i;
const MAX_TAG_LENGTH = 8;

/** Returns the position before the `<br>` that ends at `at`; `at` if there is none. */
export function withoutLineBreakTag(text: string, at: number): number {
  const tag = LINE_BREAK_TAG.exec(text.slice(Math.max(0, at - MAX_TAG_LENGTH), at));
  return tag === null ? at : at - tag[0].length;
}

/** Returns the end of a URL before the one at `at`, without the separator between them. */
export function findUrlEnd(text: string, at: number): number {
  if (text.endsWith(String.raw`\n`, at)) return at - 2;
  let end = withoutLineBreakTag(text, at);
  if (end < at) return end;
  while (end > 0 && at - end < 3 && /[~^*+>:!@#\\]/.test(text[end - 1])) end--;
  return end;
}

/** `//cdn.example.com/…` and `//127.0.0.1:80/…`: a host has a dot or a port, unlike a doubled slash. */
const isHostStart = (text: string, at: number): boolean =>
  /^(?:[\p{L}\p{N}-]{1,63}[.:]|\[|localhost\b)/u.test(text.slice(at + 2, at + 68));

/** True at the start of a URL. Distinguishes an unquoted list of URLs from the rest of a URL. */
export const startsWithScheme = (cell: string): boolean =>
  /^[a-z][a-z0-9+.-]{0,31}:\/\//i.test(cell.trimStart().slice(0, MAX_SCHEME_LENGTH + 3));
