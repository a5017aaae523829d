/**
 * What may be called without a key. Everything else needs one, what is mounted beside Nest's routes
 * included: a path is public only if it stands here. Compared as it is written, case and all.
 */
const PUBLIC: readonly { method: 'GET' | 'POST'; path: RegExp }[] = [
  // The web page; what it shows comes from the API, with a key.
  { method: 'GET', path: /^\/(?:(?:all|help|r\/[^/]+(?:\/[^/]+)?)\/?)?$/ },
  { method: 'GET', path: /^\/(?:assets|sample)\/[^/]+$/ },
  { method: 'GET', path: /^\/favicon\.(?:svg|ico)$/ },
  { method: 'GET', path: /^\/docs(?:\/[^/]*)?$/ },
  { method: 'GET', path: /^\/docs-json\/?$/ },
  { method: 'GET', path: /^\/health\/(?:live|ready)\/?$/ },
  // Their names can't be guessed; with IMAGE_URL_TTL they are signed as well.
  { method: 'GET', path: /^\/images\/[^/]+$/ },
  // The built-in receiver asks for a signature itself: who delivers has no key.
  { method: 'POST', path: /^\/webhook\/?$/ },
];

export function isPublic(method: string, path: string): boolean {
  const asked = method === 'HEAD' ? 'GET' : method;
  return PUBLIC.some((rule) => rule.method === asked && rule.path.test(path));
}
