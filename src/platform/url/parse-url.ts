const ASCII = /^[\x20-\x7e]*$/;

/** Returns a URL; undefined for invalid text. */
export function parseUrl(text: string, base?: URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/**
 * Whether a text is a valid URL. Use it in place of `URL.canParse`: once that is optimized, Node.js
 * 20 and 22 reject hosts with letters such as ü and é (similar to nodejs/node#48816).
 */
export const isUrl = (text: string): boolean =>
  ASCII.test(text) ? URL.canParse(text) : parseUrl(text) !== undefined;
