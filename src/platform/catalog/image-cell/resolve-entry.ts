import { resolveShareLink } from './share-links.js';
import type { EntryFault, ImageCellContext } from './image-entry.js';
import { hasImageExtension, isRelativeImagePath } from './image-extension.js';
import { findUrlFault } from './url-syntax.js';

/** Zero-width, soft-hyphen and direction characters. Joiners are kept, because Persian and Hindi paths need them. */
const INVISIBLE = /[\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/g;
const HTML_AMPERSAND = /&(?:amp|#0*38|#x0*26);/gi;
const HOST_WITHOUT_SCHEME = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}(?::\d{1,5})?\//i;

export interface ResolvedEntry {
  url?: string;
  fault?: EntryFault;
  /** True if the text contains `&amp;` where the URL contains `&`. */
  isHtmlEscaped: boolean;
}

/**
 * Resolves the text of an entry to the URL to download.
 *
 * @param firstUrl the first absolute URL in the same cell, against which relative references are resolved
 */
export function resolveEntry(
  text: string,
  context: ImageCellContext,
  firstUrl: string | undefined,
): ResolvedEntry {
  const visibleText = text.replace(INVISIBLE, '').trim();
  const decodedText = visibleText.includes('&')
    ? visibleText.replace(HTML_AMPERSAND, '&')
    : visibleText;
  return {
    ...resolveUrl(decodedText, context, firstUrl),
    isHtmlEscaped: decodedText !== visibleText,
  };
}

function resolveUrl(text: string, context: ImageCellContext, firstUrl: string | undefined) {
  const absoluteUrl = toAbsoluteUrl(text, context, firstUrl);
  if (absoluteUrl === undefined) return { fault: createUnresolvedFault(text) };
  const shareLink = resolveShareLink(absoluteUrl);
  if (shareLink?.fault) return { fault: shareLink.fault };
  const url = shareLink?.url ?? absoluteUrl;
  const fault = findUrlFault(url);
  return fault ? { fault } : { url };
}

function toAbsoluteUrl(text: string, { baseUrl, toMediaUrl }: ImageCellContext, firstUrl?: string) {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  if (/^\/\/[^/]/.test(text)) {
    const nearestUrl = firstUrl ?? baseUrl;
    return `${nearestUrl !== undefined && /^http:/i.test(nearestUrl) ? 'http' : 'https'}:${text}`;
  }
  if (/^www\.[^.\s]/i.test(text)) return `https://${text}`;
  const mediaUrl = toMediaUrl?.(text);
  if (mediaUrl !== undefined) return mediaUrl;
  if (baseUrl !== undefined && isRelativeReference(text)) {
    return `${trimTrailingSlashes(baseUrl)}/${text.replace(/^(?:\.?\/)+/, '')}`;
  }
  if (firstUrl !== undefined && isRelativeReference(text)) return new URL(text, firstUrl).href;
  if (HOST_WITHOUT_SCHEME.test(text)) return `https://${text}`;
  return undefined;
}

function trimTrailingSlashes(url: string): string {
  let end = url.length;
  while (end > 0 && url[end - 1] === '/') end--;
  return url.slice(0, end);
}

/** Returns true for a file name with an image extension, and for any path. A plain word is not a reference. */
const isRelativeReference = (text: string): boolean =>
  isRelativeImagePath(text) || /^\.{0,2}\/[^\s/]/.test(text);

function createUnresolvedFault(text: string): EntryFault {
  if (isRelativeImagePath(text) || (text.startsWith('/') && hasImageExtension(text))) {
    const message =
      'This is a file name or a path, not a URL. Set base_url to the URL of the folder.';
    return { code: 'url_relative', message };
  }
  return (
    findUrlFault(text) ?? {
      code: 'url_invalid',
      message: 'This is not a URL. Use a URL that starts with https://.',
    }
  );
}
