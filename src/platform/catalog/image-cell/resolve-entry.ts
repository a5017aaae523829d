import { resolveShareLink } from './share-links.js';
import type { EntryFault, ImageCellContext } from './image-entry.js';
import { hasImageExtension, isRelativeImagePath } from './image-extension.js';
import { urlFault } from './url-syntax.js';

/** Zero-width, soft-hyphen and direction characters. Joiners are kept, because Persian and Hindi paths need them. */
const INVISIBLE = /[\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/g;
const HTML_AMPERSAND = /&(?:amp|#0*38|#x0*26);/gi;
const HOST_WITHOUT_SCHEME = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}(?::\d{1,5})?\//i;

export interface ResolvedEntry {
  url?: string;
  fault?: EntryFault;
  /** The text had `&amp;` where the URL has `&`. */
  html: boolean;
}

/**
 * Resolves the text of an entry to the URL to download.
 *
 * @param first an earlier absolute URL of the same cell; relative references are resolved against it
 */
export function resolveEntry(
  text: string,
  context: ImageCellContext,
  first: string | undefined,
): ResolvedEntry {
  const visible = text.replace(INVISIBLE, '').trim();
  const decoded = visible.includes('&') ? visible.replace(HTML_AMPERSAND, '&') : visible;
  return { ...resolveUrl(decoded, context, first), html: decoded !== visible };
}

function resolveUrl(text: string, context: ImageCellContext, first: string | undefined) {
  const absolute = absoluteUrl(text, context, first);
  if (absolute === undefined) return { fault: unresolvedEntry(text) };
  const shared = resolveShareLink(absolute);
  if (shared?.fault) return { fault: shared.fault };
  const url = shared?.url ?? absolute;
  const fault = urlFault(url);
  return fault ? { fault } : { url };
}

function absoluteUrl(text: string, { baseUrl, mediaUrl }: ImageCellContext, first?: string) {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  if (/^\/\/[^/]/.test(text)) {
    const near = first ?? baseUrl;
    return `${near !== undefined && /^http:/i.test(near) ? 'http' : 'https'}:${text}`;
  }
  if (/^www\.[^.\s]/i.test(text)) return `https://${text}`;
  const media = mediaUrl?.(text);
  if (media !== undefined) return media;
  if (baseUrl !== undefined && isRelativeReference(text)) {
    return `${withoutSlashes(baseUrl)}/${text.replace(/^(?:\.?\/)+/, '')}`;
  }
  if (first !== undefined && isRelativeReference(text)) return new URL(text, first).href;
  if (HOST_WITHOUT_SCHEME.test(text)) return `https://${text}`;
  return undefined;
}

function withoutSlashes(url: string): string {
  let end = url.length;
  while (end > 0 && url[end - 1] === '/') end--;
  return url.slice(0, end);
}

/** With a known base, a path needs no image extension. A word without an extension is not a reference. */
const isRelativeReference = (text: string): boolean =>
  isRelativeImagePath(text) || /^\.{0,2}\/[^\s/]/.test(text);

function unresolvedEntry(text: string): EntryFault {
  if (isRelativeImagePath(text) || (text.startsWith('/') && hasImageExtension(text))) {
    const message =
      'This is a file name or a path, not a URL. Give the folder of your images as base_url.';
    return { code: 'url_relative', message };
  }
  return urlFault(text) ?? { code: 'url_invalid', message: 'This is not a URL.' };
}
