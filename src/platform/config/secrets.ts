import { splitHosts } from './database-url.js';
import { Env } from './env.js';
import { decodeOrKeep } from './decode-or-keep.js';
import { isSentinelUrl, parseSentinelUrl } from './redis-sentinel-url.js';
import { readRequestHeaders } from './request-headers-file.js';
import { type SecretPart, secretSettings } from './secret-setting.js';

/**
 * Returns the secrets of the configuration: keys, secrets, passwords. Contains each form that can occur in a
 * log line: as configured, decoded, and escaped as JSON.
 */
export function listSecrets(configured: Partial<Env>): string[] {
  const marked = [...secretSettings(new Env())].flatMap(([name, part]) => {
    const value = configured[name as keyof Env];
    return value ? SECRETS_IN[part](String(value)) : [];
  });
  const headers = readRequestHeaders(configured.REQUEST_HEADERS_FILE ?? '').flatMap((host) =>
    Object.values(host.headers).flatMap((value) => [
      value,
      value.replace(/^(?:Bearer|Basic) /i, ''),
    ]),
  );
  const secrets = [...marked, ...headers, ...exporterSecrets()].filter((secret) => secret !== '');
  return [...new Set(secrets.flatMap((secret) => [secret, escapeJson(secret)]))];
}

const SECRETS_IN: Record<SecretPart, (value: string) => string[]> = {
  value: (value) => [value],
  url: listPasswords,
  keys: (list) => list.split(',').map((entry) => entry.trim().split(':').slice(1).join(':')),
};

/** Credentials that the SDK of OpenTelemetry reads from the environment itself. */
const exporterSecrets = (): string[] => [
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
function listPasswords(serverUrl: string): string[] {
  if (isSentinelUrl(serverUrl)) {
    const { password } = parseSentinelUrl(serverUrl).credentials;
    return [password, encodeURIComponent(password)];
  }
  const { password, searchParams } = new URL(splitHosts(serverUrl)[0]);
  const parameter = searchParams.get('password') ?? '';
  return [password, decodeOrKeep(password), parameter, encodeURIComponent(parameter)];
}

const escapeJson = (text: string): string => JSON.stringify(text).slice(1, -1);
