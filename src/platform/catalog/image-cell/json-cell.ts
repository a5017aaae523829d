import type { ImageCellContext, ImageEntry } from './image-entry.js';
import { isPlaceholder } from './placeholders.js';
import { resolveEntry } from './resolve-entry.js';

/** Members of an object that contain its image URL, in order of preference. */
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
  /** Name of the object member whose value this is. */
  member?: string;
  /** Start of the innermost object that contains the string; undefined in a plain list. */
  objectStart?: number;
  /** True inside a member such as `thumbnails`, whose images are copies of the object's image. */
  isThumbnail: boolean;
}

/**
 * Parses a JSON or Python list of URLs, a PostgreSQL array, or a list of objects that each have a URL.
 * Returns undefined for any other cell.
 */
export function parseJsonCell(cell: string, context: ImageCellContext): ImageEntry[] | undefined {
  const text = cell.trim();
  const isList = text.startsWith('[') && text.endsWith(']');
  const isObject = text.startsWith('{') && text.endsWith('}');
  if (!isList && !isObject) return undefined;
  const strings = parseStrings(cell);
  if (strings === undefined || strings.length === 0) return undefined;

  let firstUrl: string | undefined;
  return selectImages(strings).flatMap(({ start, end, value, escaping }) => {
    if (isPlaceholder(value.trim()) || value.trim() === '') return [];
    const { url, fault, isHtmlEscaped } = resolveEntry(value, context, firstUrl);
    firstUrl ??= url;
    return [{ start, end, url, fault, escaping: isHtmlEscaped ? 'html' : escaping }];
  });
}

/** Returns all strings of a plain list, and the image of each object. */
function selectImages(strings: JsonString[]): JsonString[] {
  const bestByObject = new Map<number, { rank: number; string: JsonString }>();
  const images: JsonString[] = [];
  for (const string of strings) {
    const { objectStart } = string;
    if (objectStart === undefined) {
      images.push(string);
      continue;
    }
    const rank = URL_MEMBERS.indexOf(string.member?.toLowerCase() ?? '');
    if (string.member === undefined) images.push(string);
    if (rank < 0 || string.isThumbnail || !/^(?:https?:)?\/\//i.test(string.value)) continue;
    const bestMatch = bestByObject.get(objectStart);
    if (bestMatch === undefined || rank < bestMatch.rank)
      bestByObject.set(objectStart, { rank, string });
  }
  for (const { string } of bestByObject.values()) images.push(string);
  return images.toSorted((a, b) => a.start - b.start);
}

/** Parses every string value. Returns undefined if the text is not a JSON, Python or PostgreSQL array. */
function parseStrings(cell: string): JsonString[] | undefined {
  const strings: JsonString[] = [];
  const openBrackets: { objectStart?: number; isThumbnail: boolean }[] = [];
  let member: string | undefined;
  for (let index = 0; index < cell.length; index++) {
    const char = cell[index];
    if (char === '{' || char === '[') {
      const outerBracket = openBrackets.at(-1);
      const isThumbnail = (outerBracket?.isThumbnail ?? false) || isThumbnailName(member);
      openBrackets.push({
        objectStart: char === '{' ? index : outerBracket?.objectStart,
        isThumbnail,
      });
      member = undefined;
    } else if (char === '}' || char === ']') {
      if (openBrackets.pop() === undefined) return undefined;
      member = undefined;
    } else if (char === ',') {
      member = undefined;
    } else if (char === '"' || char === "'") {
      const closeIndex = findClosingQuote(cell, index, char);
      if (closeIndex < 0) return undefined;
      const rawText = cell.slice(index + 1, closeIndex);
      if (/^\s*(?::|=>)/.test(cell.slice(closeIndex + 1, closeIndex + 16))) {
        member = unescapeString(rawText, char);
      } else {
        strings.push({
          start: index + 1,
          end: closeIndex,
          value: unescapeString(rawText, char),
          escaping: rawText.includes(String.raw`\/`) ? 'json-slashes' : 'json',
          member,
          objectStart: openBrackets.at(-1)?.objectStart,
          isThumbnail: openBrackets.at(-1)?.isThumbnail ?? false,
        });
      }
      index = closeIndex;
    } else if (!/[\s:>=A-Za-z0-9.+-]/.test(char)) {
      return undefined;
    }
  }
  return openBrackets.length === 0 ? strings : undefined;
}

const isThumbnailName = (member: string | undefined): boolean =>
  member !== undefined && /thumb|preview|small|icon/i.test(member);

function findClosingQuote(cell: string, openIndex: number, quote: string): number {
  for (let index = openIndex + 1; index < cell.length; index++) {
    if (cell[index] === '\\') index++;
    else if (cell[index] === quote) return index;
  }
  return -1;
}

/** Returns the string's value, or its raw text if the escapes are not valid JSON. */
function unescapeString(rawText: string, quote: string): string {
  if (!rawText.includes('\\')) return rawText;
  const json =
    quote === "'" ? rawText.replaceAll(String.raw`\'`, "'").replaceAll('"', '\\"') : rawText;
  try {
    return JSON.parse(`"${json}"`) as string;
  } catch {
    return rawText.replaceAll(/\\(.)/g, '$1');
  }
}
