import type { Env } from './env.js';
import { decodeOrKeep } from './redis-url.js';
import { readRequestHeaders } from './request-headers.js';

type Configured = Pick<Env, 'API_KEYS' | 'WEBHOOK_SECRET' | 'DATABASE_URL' | 'REDIS_URL'> &
  Partial<Pick<Env, 'REQUEST_HEADERS_FILE'>>;

/**
 * Returns the secrets of the configuration: keys, secrets, passwords. Contains each form that can occur in a
 * log line: as configured, decoded, and escaped as JSON.
 */
export function secretsOf(configured: Configured): string[] {
  const { API_KEYS, WEBHOOK_SECRET, DATABASE_URL, REDIS_URL, REQUEST_HEADERS_FILE } = configured;
  const keys = API_KEYS.split(',').map((entry) => entry.trim().split(':').slice(1).join(':'));
  const passwords = [DATABASE_URL, REDIS_URL].flatMap((url) => (url ? passwordsOf(url) : []));
  const headers = readRequestHeaders(REQUEST_HEADERS_FILE ?? '').flatMap((host) =>
    Object.values(host.headers).flatMap((value) => [
      value,
      value.replace(/^(?:Bearer|Basic) /i, ''),
    ]),
  );
  const secrets = [...keys, ...passwords, ...headers, ...sdkSecrets(), WEBHOOK_SECRET ?? ''].filter(
    (secret) => secret !== '',
  );
  return [...new Set(secrets.flatMap((secret) => [secret, escaped(secret)]))];
}

/** Credentials that the SDKs of AWS and OpenTelemetry read from the environment themselves. */
const sdkSecrets = (): string[] => [
  process.env.AWS_SECRET_ACCESS_KEY ?? '',
  process.env.AWS_SESSION_TOKEN ?? '',
  ...headerValues(process.env.OTEL_EXPORTER_OTLP_HEADERS),
  ...headerValues(process.env.OTEL_EXPORTER_OTLP_TRACES_HEADERS),
];

/** Values of a list such as `api-key=secret,tenant=1`, as configured and decoded. */
const headerValues = (list = ''): string[] =>
  list.split(',').flatMap((entry) => {
    const value = entry.slice(entry.indexOf('=') + 1).trim();
    return [value, decodeOrKeep(value)];
  });

/** PostgreSQL and Redis URLs take a password before the host, or as a parameter. */
function passwordsOf(serverUrl: string): string[] {
  const { password, searchParams } = new URL(serverUrl);
  const parameter = searchParams.get('password') ?? '';
  return [password, decodeOrKeep(password), parameter, encodeURIComponent(parameter)];
}

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
