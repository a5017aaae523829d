import type { Request } from 'express';

/**
 * Whether the client has what this tag stands for (RFC 9110, 13.1.2, weak comparison). Express's own
 * `request.fresh` gives way to `Cache-Control: no-cache`, which `fetch` adds to each such request.
 */
export function matchesETag(tag: string, request: Request): boolean {
  const given = request.get('if-none-match');
  if (given === undefined) return false;
  if (given.trim() === '*') return true;
  return given.split(',').some((other) => opaque(other) === opaque(tag));
}

const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
