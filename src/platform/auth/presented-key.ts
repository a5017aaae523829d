import type { Request } from 'express';

/** Returns the key in the headers of a call, even if it is invalid; undefined without a key. */
export function readPresentedKey(request: Request): string | undefined {
  const [, bearer] = /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '') ?? [];
  return bearer ?? request.get('x-api-key');
}
