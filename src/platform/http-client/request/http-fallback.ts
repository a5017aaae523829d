import { AppError } from '../../errors/app-error.js';
import type { ErrorDefinition } from '../../errors/error-definition.js';
import { OUTBOUND_ERRORS } from '../error-table.js';

/** Errors that may mean that a server supports only http. */
const HTTPS_UNAVAILABLE_ERRORS = new Set<ErrorDefinition>([
  OUTBOUND_ERRORS.connection_refused,
  OUTBOUND_ERRORS.connection_reset,
  OUTBOUND_ERRORS.connection_timed_out,
  OUTBOUND_ERRORS.response_invalid,
  OUTBOUND_ERRORS.tls_invalid,
  OUTBOUND_ERRORS.tls_chain_incomplete,
  OUTBOUND_ERRORS.tls_outdated,
]);

/**
 * Calls `download` with `url`. Calls it again with `http:` if the server may not support `https:` and
 * `isHttpsAssumed` returns true.
 *
 * @param isHttpsAssumed returns true if the URL had no protocol and `https:` was added; called after a failure
 * @throws the first error if the connection over http also fails
 */
export async function withHttpFallback<T>(
  url: string,
  isHttpsAssumed: () => boolean | Promise<boolean>,
  download: (url: string) => Promise<T>,
): Promise<T> {
  try {
    return await download(url);
  } catch (error) {
    if (!mayLackHttps(error) || !(await isHttpsAssumed())) throw error;
    return download(url.replace(/^https:/, 'http:')).catch((fallbackError: unknown) => {
      throw mayLackHttps(fallbackError) ? error : fallbackError;
    });
  }
}

/** Calls `download` with `url`. For `//host/a.jpg`, calls it over `https:` first, then over `http:`. */
export function trySchemes<T>(url: string, download: (url: string) => Promise<T>): Promise<T> {
  const isHttpsAssumed = url.startsWith('//');
  return withHttpFallback(withScheme(url), () => isHttpsAssumed, download);
}

/** Adds `https:` to a URL that begins with `//`. */
export const withScheme = (url: string): string => (url.startsWith('//') ? `https:${url}` : url);

const mayLackHttps = (error: unknown): boolean =>
  error instanceof AppError && HTTPS_UNAVAILABLE_ERRORS.has(error.definition);
