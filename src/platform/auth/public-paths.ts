/**
 * Lists the paths that need no API key. All other paths need one, including handlers that are
 * mounted next to Nest's routes. The comparison is case-sensitive.
 */
const PUBLIC_ROUTES: readonly { method: 'GET' | 'POST'; path: RegExp }[] = [
  // The web page. Its data comes from the API, which requires a key.
  { method: 'GET', path: /^\/(?:(?:all|help|operator|r\/[^/]+(?:\/[^/]+)?)\/?)?$/ },
  { method: 'GET', path: /^\/(?:assets|sample)\/[^/]+$/ },
  { method: 'GET', path: /^\/favicon\.(?:svg|ico)$/ },
  { method: 'GET', path: /^\/docs(?:\/[^/]*)?$/ },
  { method: 'GET', path: /^\/docs-json\/?$/ },
  { method: 'GET', path: /^\/health\/(?:live|ready)\/?$/ },
  // Image names cannot be guessed. With IMAGE_URL_TTL, their URLs are also signed.
  { method: 'GET', path: /^\/images\/(?:[0-9a-f]{64}\/)?[^/]+$/ },
  // The built-in receiver verifies a signature itself, because senders have no key.
  { method: 'POST', path: /^\/webhook\/?$/ },
];

/**
 * Returns true for an operator path, which API keys cannot access. Nest ignores the case of paths.
 */
export const isOperatorPath = (path: string): boolean =>
  /^\/(?:operator|queues)(?:\/|$)/i.test(path);

export function isPublicRoute(method: string, path: string): boolean {
  const effectiveMethod = method === 'HEAD' ? 'GET' : method;
  return PUBLIC_ROUTES.some((rule) => rule.method === effectiveMethod && rule.path.test(path));
}
