import { createHash } from 'node:crypto';

/** One entry of `API_KEYS`. Contains a hash of the key instead of the key itself. */
export interface ApiKey {
  /** Name of the key, which is also the owner of the requests that the key creates. */
  name: string;
  sha256: Buffer;
}

/** A random hex key of this length has 64 bits; `openssl rand -hex 24` generates 192 bits. */
const MIN_API_KEY_LENGTH = 16;

const MAX_API_KEY_LENGTH = 256;

/**
 * Parses `name:key,name:sha256:<hex>`. A name may occur more than once, for key rotation without
 * downtime. Error messages never contain the key.
 * @throws Error that names the invalid entry and the reason
 */
export function parseApiKeys(text: string): ApiKey[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry, index) => parseEntry(entry, index + 1));
}

/** Returns the number of different key names; 1 if there are no keys. */
export const countOwners = (text: string): number =>
  Math.max(1, new Set(parseApiKeys(text).map(({ name }) => name)).size);

function parseEntry(entry: string, position: number): ApiKey {
  const colon = entry.indexOf(':');
  const name = entry.slice(0, Math.max(colon, 0));
  if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(name)) {
    throw new Error(
      `entry ${position} does not begin with a name and a colon, e.g. shop:<key>; a name has up to 64 letters, digits, "_", "." and "-"`,
    );
  }
  const key = entry.slice(colon + 1);
  if (key.startsWith('sha256:')) return { name, sha256: parseHash(key.slice(7), name) };
  if (key.length < MIN_API_KEY_LENGTH || key.length > MAX_API_KEY_LENGTH) {
    throw new Error(
      `the key of "${name}" has ${key.length} characters; ${MIN_API_KEY_LENGTH} to ${MAX_API_KEY_LENGTH} are allowed (generate one with openssl rand -hex 24)`,
    );
  }
  // These characters are valid in an HTTP header. The comma is excluded, because it separates entries.
  if (!/^[\x21-\x2b\x2d-\x7e]+$/.test(key)) {
    throw new Error(`the key of "${name}" contains a character that is not visible ASCII`);
  }
  return { name, sha256: createHash('sha256').update(key).digest() };
}

function parseHash(hex: string, name: string): Buffer {
  if (!/^[0-9a-f]{64}$/i.test(hex)) {
    throw new Error(
      `the hash of "${name}" is not 64 hex digits (create it with printf %s "$KEY" | sha256sum)`,
    );
  }
  return Buffer.from(hex, 'hex');
}
