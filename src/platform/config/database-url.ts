import { existsSync } from 'node:fs';
import { parseUrl } from '../url/parse-url.js';

/** Captures the text before the hosts, the hosts, and the text after them. A password may contain `@`. */
const URL_PARTS = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/s;

const SSL_MODES = new Set([
  'disable',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
  'no-verify',
]);
/** Modes in which pg verifies the certificate and the host name, but logs a warning. */
const VERIFIED_MODES = new Set(['prefer', 'require', 'verify-ca']);
const WRITABLE_TARGETS = new Set(['read-write', 'primary']);

/**
 * Splits a PostgreSQL URL into one URL per host, in the order of the hosts.
 *
 * @example
 * splitHosts('postgres://u@a:5432,b/db'); // ['postgres://u@a:5432/db', 'postgres://u@b/db']
 */
export function splitHosts(databaseUrl: string): string[] {
  const [, prefix, hosts, suffix] = URL_PARTS.exec(databaseUrl) ?? [];
  if (prefix === undefined) return [databaseUrl];
  return hosts.split(',').map((host) => `${prefix}${host}${suffix}`);
}

/**
 * Validates a PostgreSQL URL and returns one URL per host.
 * @throws Error whose message contains no part of the URL other than TLS parameters
 */
export function parseDatabaseUrl(databaseUrl: string): URL[] {
  const urls = splitHosts(databaseUrl).map(parseHostUrl);
  const { searchParams } = urls[0];
  const mode = searchParams.get('sslmode');
  if (mode !== null && !SSL_MODES.has(mode)) {
    throw new Error(`sslmode=${mode} is unknown. Use verify-full, disable or no-verify`);
  }
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
    const path = searchParams.get(name);
    if (path !== null && path !== 'system' && !existsSync(path)) {
      throw new Error(`${name}=${path} is not a readable file`);
    }
  }
  const target = searchParams.get('target_session_attrs');
  if (target !== null && !WRITABLE_TARGETS.has(target)) {
    throw new Error(
      'target_session_attrs must be read-write or primary, because Pressroom needs write access',
    );
  }
  return urls;
}

/**
 * Validates the URL of the read replica.
 * @throws Error if the URL is invalid or names several hosts
 */
export function parseReplicaUrl(replicaUrl: string): URL {
  const [url, ...others] = parseDatabaseUrl(replicaUrl);
  if (others.length > 0) {
    throw new Error(
      'must name only one host. To use several replicas, put a load balancer in front of them',
    );
  }
  return url;
}

function parseHostUrl(text: string): URL {
  const url = parseUrl(text);
  if (!url || !/^postgres(?:ql)?:$/.test(url.protocol) || url.hostname === '') {
    throw new Error('must be a URL such as postgres://user:password@host:5432/database');
  }
  return url;
}

/**
 * Returns one URL per host, with the parameters that pg expects.
 *
 * @param searchPath schema that unqualified names resolve to; defaults to the user's `search_path`
 */
export function toConnectionUrls(databaseUrl: string, searchPath = ''): string[] {
  return parseDatabaseUrl(databaseUrl).map((url) => {
    const { searchParams } = url;
    searchParams.delete('target_session_attrs');
    // Without `sslrootcert`, pg uses the certificate authorities that Node.js trusts.
    if (searchParams.get('sslrootcert') === 'system') searchParams.delete('sslrootcert');
    const usesLibpqSemantics = searchParams.get('uselibpqcompat') === 'true';
    if (!usesLibpqSemantics && VERIFIED_MODES.has(searchParams.get('sslmode') ?? '')) {
      searchParams.set('sslmode', 'verify-full');
    }
    if (searchPath !== '') {
      const options = searchParams.get('options') ?? '';
      searchParams.set('options', `${options} -c search_path=${searchPath}`.trim());
    }
    return url.href;
  });
}
