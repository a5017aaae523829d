import { splitHosts } from './database-url.js';
import type { Env } from './env.js';
import { decodeOrKeep } from './redis-url.js';
import { readRequestHeaders } from './request-headers.js';

type Configured = Pick<Env, 'API_KEYS' | 'WEBHOOK_SECRET' | 'DATABASE_URL' | 'REDIS_URL'> &
  Partial<Pick<Env, 'REQUEST_HEADERS_FILE' | 'DATABASE_REPLICA_URL'>>;

/**
 * Returns the secrets of the configuration: keys, secrets, passwords. Contains each form that can occur in a
 * log line: as configured, decoded, and escaped as JSON.
 */
export function secretsOf(configured: Configured): string[] {
  const { API_KEYS, WEBHOOK_SECRET, REDIS_URL, REQUEST_HEADERS_FILE } = configured;
  const { DATABASE_URL, DATABASE_REPLICA_URL } = configured;
  const keys = API_KEYS.split(',').map((entry) => entry.trim().split(':').slice(1).join(':'));
  const urls = [DATABASE_URL, DATABASE_REPLICA_URL].flatMap((url) =>
    splitHosts(url ?? '').slice(0, 1),
  );
  const passwords = [...urls, REDIS_URL].flatMap((url) => (url ? passwordsOf(url) : []));
  const headers = readRequestHeaders(REQUEST_HEADERS_FILE ?? '').flatMap((host) =>
    Object.values(host.headers).flatMap((value) => [
      value,
      value.replace(/^(?:Bearer|Basic) /i, ''),
    ]),
  );
  const secrets = [...keys, ...passwords, ...headers, ...awsSecrets(), WEBHOOK_SECRET ?? ''].filter(
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
  const { password, searchParams } = new URL(serverUrl);
  const parameter = searchParams.get('password') ?? '';
  return [password, decodeOrKeep(password), parameter, encodeURIComponent(parameter)];
}

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
