const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Parses a URL. Returns undefined for invalid text. */
export function parseUrl(text: string, base?: URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/**
 * Returns true for a valid URL. Use this function instead of `URL.canParse`. After JIT optimization, it
 * rejects hosts with letters such as ü and é in Node.js 20 and 22 (similar to nodejs/node#48816).
 */
export const isUrl = (text: string): boolean =>
  PRINTABLE_ASCII.test(text) ? URL.canParse(text) : parseUrl(text) !== undefined;
