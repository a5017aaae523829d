import type { Request } from 'express';

/**
 * Returns whether `If-None-Match` contains this tag (RFC 9110, 13.1.2, weak comparison). Express's
 * `request.fresh` returns false for `Cache-Control: no-cache`, which `fetch` adds to such requests.
 */
export function matchesETag(tag: string, request: Request): boolean {
  const given = request.get('if-none-match');
  if (given === undefined) return false;
  if (given.trim() === '*') return true;
  return given.split(',').some((other) => opaque(other) === opaque(tag));
}

const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
