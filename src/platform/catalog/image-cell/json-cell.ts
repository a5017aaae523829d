import type { ImageCellContext, ImageEntry } from './image-entry.js';
import { isPlaceholder } from './placeholders.js';
import { resolveEntry } from './resolve-entry.js';

/** Members of an object that hold its image, in order of preference. */
const URL_MEMBERS = [
  'url',
  'src',
  'image_url',
  'imageurl',
  'image',
  'original',
  'full',
  'large',
  'large_image_url',
  'hi_res',
  'source',
  'originalsrc',
  'contenturl',
  'link',
  'href',
];

interface JsonString {
  start: number;
  end: number;
  value: string;
  escaping: ImageEntry['escaping'];
  /** Name of the member whose value it is. */
  member?: string;
  /** Position of the innermost object around it; undefined in a plain list. */
  object?: number;
  /** Inside a member such as `thumbnails`, whose images are copies of the object's own. */
  isThumbnail: boolean;
}

/**
 * Reads a JSON or Python list of URLs, a PostgreSQL array, or a list of objects with a URL each. Undefined
 * for any other cell.
 */
export function parseJsonCell(cell: string, context: ImageCellContext): ImageEntry[] | undefined {
  const text = cell.trim();
  const isList = text.startsWith('[') && text.endsWith(']');
  const isObject = text.startsWith('{') && text.endsWith('}');
  if (!isList && !isObject) return undefined;
  const strings = jsonStrings(cell);
  if (strings === undefined || strings.length === 0) return undefined;

  let first: string | undefined;
  return selectImages(strings).flatMap(({ start, end, value, escaping }) => {
    if (isPlaceholder(value.trim()) || value.trim() === '') return [];
    const { url, fault, html } = resolveEntry(value, context, first);
    first ??= url;
    return [{ start, end, url, fault, escaping: html ? 'html' : escaping }];
  });
}

/** Returns all strings of a plain list, and the image of each object. */
function selectImages(strings: JsonString[]): JsonString[] {
  const chosen = new Map<number, { rank: number; string: JsonString }>();
  const images: JsonString[] = [];
  for (const string of strings) {
    const { object } = string;
    if (object === undefined) {
      images.push(string);
      continue;
    }
    const rank = URL_MEMBERS.indexOf(string.member?.toLowerCase() ?? '');
    if (string.member === undefined) images.push(string);
    if (rank < 0 || string.isThumbnail || !/^(?:https?:)?\/\//i.test(string.value)) continue;
    const known = chosen.get(object);
    if (known === undefined || rank < known.rank) chosen.set(object, { rank, string });
  }
  for (const { string } of chosen.values()) images.push(string);
  return images.toSorted((a, b) => a.start - b.start);
}

/** Returns every string value. Undefined if the text is not a JSON, Python or PostgreSQL array. */
function jsonStrings(cell: string): JsonString[] | undefined {
  const strings: JsonString[] = [];
  const braces: { object?: number; thumbnail: boolean }[] = [];
  let member: string | undefined;
  for (let at = 0; at < cell.length; at++) {
    const char = cell[at];
    if (char === '{' || char === '[') {
      const outer = braces.at(-1);
      const thumbnail = (outer?.thumbnail ?? false) || isThumbnailName(member);
      braces.push({ object: char === '{' ? at : outer?.object, thumbnail });
      member = undefined;
    } else if (char === '}' || char === ']') {
      if (braces.pop() === undefined) return undefined;
      member = undefined;
    } else if (char === ',') {
      member = undefined;
    } else if (char === '"' || char === "'") {
      const close = closingQuote(cell, at, char);
      if (close < 0) return undefined;
      const raw = cell.slice(at + 1, close);
      if (/^\s*(?::|=>)/.test(cell.slice(close + 1, close + 16))) {
        member = unescapeString(raw, char);
      } else {
        strings.push({
          start: at + 1,
          end: close,
          value: unescapeString(raw, char),
          escaping: raw.includes(String.raw`\/`) ? 'json-slashes' : 'json',
          member,
          object: braces.at(-1)?.object,
          isThumbnail: braces.at(-1)?.thumbnail ?? false,
        });
      }
      at = close;
    } else if (!/[\s:>=A-Za-z0-9.+-]/.test(char)) {
      return undefined;
    }
  }
  return braces.length === 0 ? strings : undefined;
}

const isThumbnailName = (member: string | undefined): boolean =>
  member !== undefined && /thumb|preview|small|icon/i.test(member);

function closingQuote(cell: string, open: number, quote: string): number {
  for (let at = open + 1; at < cell.length; at++) {
    if (cell[at] === '\\') at++;
    else if (cell[at] === quote) return at;
  }
  return -1;
}

/** Returns the string's value, or its raw text if the escapes are not valid JSON. */
function unescapeString(raw: string, quote: string): string {
  if (!raw.includes('\\')) return raw;
  const json = quote === "'" ? raw.replaceAll(String.raw`\'`, "'").replaceAll('"', '\\"') : raw;
  try {
    return JSON.parse(`"${json}"`) as string;
  } catch {
    return raw.replaceAll(/\\(.)/g, '$1');
  }
}
