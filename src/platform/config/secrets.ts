import { splitHosts } from './database-url.js';
import { Env } from './env.js';
import { decodePercentEscapes } from './decode-percent-escapes.js';
import { isSentinelUrl, parseSentinelUrl } from './redis-sentinel-url.js';
import { readRequestHeaders } from './request-headers-file.js';
import { type SecretPart, listSecretSettings } from './secret-setting.js';

/**
 * Returns the keys, secrets and passwords of the configuration. Each one is included in all forms that a log
 * line can contain: as configured, decoded, and escaped as JSON.
 */
export function listSecrets(settings: Partial<Env>): string[] {
  const settingSecrets = [...listSecretSettings(new Env())].flatMap(([name, part]) => {
    const value = settings[name as keyof Env];
    return value ? SECRET_EXTRACTORS[part](String(value)) : [];
  });
  const headerSecrets = readRequestHeaders(settings.REQUEST_HEADERS_FILE ?? '').flatMap((host) =>
    Object.values(host.headers).flatMap((value) => [
      value,
      value.replace(/^(?:Bearer|Basic) /i, ''),
    ]),
  );
  const secrets = [...settingSecrets, ...headerSecrets, ...listExporterSecrets()].filter(
    (secret) => secret !== '',
  );
  return [...new Set(secrets.flatMap((secret) => [secret, escapeJson(secret)]))];
}

const SECRET_EXTRACTORS: Record<SecretPart, (value: string) => string[]> = {
  value: (value) => [value],
  url: listPasswords,
  keys: (list) => list.split(',').map((entry) => entry.trim().split(':').slice(1).join(':')),
};

/** Returns the credentials that the OpenTelemetry SDK reads directly from the environment. */
const listExporterSecrets = (): string[] => [
  ...parseHeaderValues(process.env.OTEL_EXPORTER_OTLP_HEADERS),
  ...parseHeaderValues(process.env.OTEL_EXPORTER_OTLP_TRACES_HEADERS),
];

/** Returns the values of a list such as `api-key=secret,tenant=1`, both as configured and decoded. */
const parseHeaderValues = (list = ''): string[] =>
  list.split(',').flatMap((entry) => {
    const value = entry.slice(entry.indexOf('=') + 1).trim();
    return [value, decodePercentEscapes(value)];
  });

/** Returns the password before the host and the `password` parameter, both encoded and decoded. */
function listPasswords(serverUrl: string): string[] {
  if (isSentinelUrl(serverUrl)) {
    const { password } = parseSentinelUrl(serverUrl).credentials;
    return [password, encodeURIComponent(password)];
  }
  const { password, searchParams } = new URL(splitHosts(serverUrl)[0]);
  const parameter = searchParams.get('password') ?? '';
  return [password, decodePercentEscapes(password), parameter, encodeURIComponent(parameter)];
}

const escapeJson = (text: string): string => JSON.stringify(text).slice(1, -1);
