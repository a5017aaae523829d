import type { Request } from 'express';

/**
 * Returns true if `If-None-Match` contains this tag (RFC 9110, 13.1.2, weak comparison). Express's
 * `request.fresh` returns false for `Cache-Control: no-cache`, which `fetch` adds to such requests.
 */
export function matchesETag(etag: string, request: Request): boolean {
  const header = request.get('if-none-match');
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((candidate) => toOpaqueTag(candidate) === toOpaqueTag(etag));
}

const toOpaqueTag = (etag: string) => etag.trim().replace(/^W\//, '');
