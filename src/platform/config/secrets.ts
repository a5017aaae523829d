import type { Env } from './env.js';
import { decodeOrKeep } from './decode-or-keep.js';
import { isSentinelUrl, parseSentinelUrl } from './redis-sentinel-url.js';
import { readRequestHeaders } from './request-headers.js';

type Configured = Pick<Env, 'API_KEYS' | 'WEBHOOK_SECRET' | 'DATABASE_URL' | 'REDIS_URL'> &
  Partial<Pick<Env, 'REQUEST_HEADERS_FILE' | 'REDIS_SENTINEL_PASSWORD'>>;

/**
 * Returns the secrets of the configuration: keys, secrets, passwords. Contains each form that can occur in a
 * log line: as configured, decoded, and escaped as JSON.
 */
export function secretsOf(configured: Configured): string[] {
  const { API_KEYS, WEBHOOK_SECRET, DATABASE_URL, REDIS_URL, REQUEST_HEADERS_FILE } = configured;
  const { REDIS_SENTINEL_PASSWORD } = configured;
  const keys = API_KEYS.split(',').map((entry) => entry.trim().split(':').slice(1).join(':'));
  const passwords = [DATABASE_URL, REDIS_URL].flatMap((url) => (url ? passwordsOf(url) : []));
  const headers = readRequestHeaders(REQUEST_HEADERS_FILE ?? '').flatMap((host) =>
    Object.values(host.headers).flatMap((value) => [
      value,
      value.replace(/^(?:Bearer|Basic) /i, ''),
    ]),
  );
  const others = [WEBHOOK_SECRET ?? '', REDIS_SENTINEL_PASSWORD ?? ''];
  const secrets = [...keys, ...passwords, ...headers, ...awsSecrets(), ...others].filter(
    (secret) => secret !== '',
  );
  return [...new Set(secrets.flatMap((secret) => [secret, escaped(secret)]))];
}

/** Credentials that the AWS SDK reads from the environment itself. */
const awsSecrets = (): string[] => [
  process.env.AWS_SECRET_ACCESS_KEY ?? '',
  process.env.AWS_SESSION_TOKEN ?? '',
];

/** PostgreSQL and Redis URLs take a password before the host, or as a parameter. */
function passwordsOf(serverUrl: string): string[] {
  if (isSentinelUrl(serverUrl)) {
    const { password } = parseSentinelUrl(serverUrl).credentials;
    return [password, encodeURIComponent(password)];
  }
  const { password, searchParams } = new URL(serverUrl);
  const parameter = searchParams.get('password') ?? '';
  return [password, decodeOrKeep(password), parameter, encodeURIComponent(parameter)];
}

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
