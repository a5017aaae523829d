import type { Env } from './env.js';
import { readRequestHeaders } from './request-headers.js';

/** What of the configuration must never be shown: keys, secrets, passwords. */
export function secretsOf({
  API_KEYS,
  WEBHOOK_SECRET,
  DATABASE_URL,
  REDIS_URL,
  REQUEST_HEADERS_FILE,
}: Env): string[] {
  const keys = API_KEYS.split(',').map((entry) => entry.trim().split(':').slice(1).join(':'));
  const passwords = [DATABASE_URL, REDIS_URL].flatMap((url) => {
    const encoded = url ? new URL(url).password : '';
    return [encoded, decoded(encoded)];
  });
  const headers = readRequestHeaders(REQUEST_HEADERS_FILE).flatMap((host) =>
    Object.values(host.headers).flatMap((value) => [value, value.replace(/^(Bearer|Basic) /i, '')]),
  );
  return [...keys, ...passwords, ...headers, WEBHOOK_SECRET ?? ''].filter(
    (secret) => secret !== '',
  );
}

/** A password with a bare `%` in it is what it says. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
