import type { Request } from 'express';

/** Returns the key in the headers of a call, valid or not; undefined without one. */
export function readPresentedKey(request: Request): string | undefined {
  const [, bearer] = /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '') ?? [];
  return bearer ?? request.get('x-api-key');
}
