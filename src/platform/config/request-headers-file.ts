import { readFileSync } from 'node:fs';

/** Headers that are sent to one host or to the hosts that match a pattern. */
export interface HostHeaders {
  /** `shop.example`, `shop.example:8080`, `*.shop.example` (its subdomains) or `*`. */
  host: string;
  headers: Record<string, string>;
}

const HOST_PATTERN = /^(\*|(\*\.)?[a-z0-9.-]+(:\d{1,5})?|\[[0-9a-f:.]+\](:\d{1,5})?)$/;
/** A token as defined in RFC 9110, section 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const HEADER_VALUE = /^[\x20-\x7e]{1,4096}$/;
/** Headers that belong to the connection or that Pressroom sets itself. */
const RESERVED_HEADER =
  /^(host|connection|keep-alive|te|trailer|upgrade|expect|content-length|transfer-encoding|accept-encoding|if-none-match|if-modified-since|range|proxy-.*)$/;

/**
 * Reads `REQUEST_HEADERS_FILE`: `{ "shop.example": { "Authorization": "Bearer …" } }`.
 * @throws Error whose message quotes no header values, because they may be secrets
 */
export function readRequestHeaders(path: string): HostHeaders[] {
  if (path === '') return [];
  const parsed = parseFile(path);
  if (!isObject(parsed)) throw new Error('is not a JSON object whose keys are hosts');
  return Object.entries(parsed).map(([name, headers]) => {
    const host = name.toLowerCase();
    if (!HOST_PATTERN.test(host)) {
      throw new Error(`"${name}" is not a host such as shop.example, *.shop.example or *`);
    }
    if (!isObject(headers))
      throw new Error(`the value of "${name}" is not a JSON object of header names and values`);
    return { host, headers: validateHeaders(name, headers) };
  });
}

function validateHeaders(host: string, headers: Record<string, unknown>): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name))
      throw new Error(`"${name}" (for "${host}") is not a valid header name`);
    if (RESERVED_HEADER.test(name.toLowerCase())) {
      throw new Error(`"${name}" (for "${host}") can't be set, because Pressroom sets it`);
    }
    if (typeof value !== 'string' || !HEADER_VALUE.test(value)) {
      throw new Error(
        `the value of "${name}" (for "${host}") is not 1 to 4096 printable ASCII characters`,
      );
    }
  }
  return headers as Record<string, string>;
}

/** Parses the file. Error messages do not quote its content, unlike the messages of JSON.parse(). */
function parseFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`can't be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new Error('is not valid JSON');
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
