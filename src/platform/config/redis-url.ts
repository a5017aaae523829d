import { isURL } from 'class-validator';
import type { RedisCredentials } from './redis-credentials.js';
import { decodePercentEscapes } from './decode-percent-escapes.js';
import { isSentinelUrl, parseSentinelUrl } from './redis-sentinel-url.js';

/** `REDIS_URL`, split into a URL that may be logged and the credentials. */
export interface RedisUrlParts {
  /** URL without user name and password. */
  url: string;
  credentials: RedisCredentials;
}

/**
 * Checks `REDIS_URL`.
 * @throws Error whose message does not contain the password
 */
export function assertRedisUrl(redisUrl: string): void {
  if (isSentinelUrl(redisUrl)) return void parseSentinelUrl(redisUrl);
  const isRedisUrl = isURL(redisUrl, {
    protocols: ['redis', 'rediss'],
    require_protocol: true,
    require_tld: false,
    disallow_auth: false,
  });
  if (!isRedisUrl) {
    throw new Error('REDIS_URL must be a URL with the scheme redis, rediss or redis+sentinel');
  }
}

/** Separates the credentials from a URL: `user:password@` or the query parameters that ioredis reads. */
export function splitRedisUrl(redisUrl: string): RedisUrlParts {
  const url = new URL(redisUrl);
  const getParameter = (name: string) => url.searchParams.get(name) ?? '';
  const credentials = {
    username: decodePercentEscapes(url.username) || getParameter('username'),
    password: decodePercentEscapes(url.password) || getParameter('password'),
  };
  url.username = '';
  url.password = '';
  url.searchParams.delete('username');
  url.searchParams.delete('password');
  return { url: url.href, credentials };
}

/** Returns the hosts, ports and database of `REDIS_URL`, without user name and password. */
export function toRedisAddress(redisUrl: string): string {
  if (isSentinelUrl(redisUrl)) {
    const { sentinels, name, database } = parseSentinelUrl(redisUrl);
    const hosts = sentinels.map(({ host, port }) => `${host}:${port}`);
    return `${hosts.join(',')}/${name}${database === 0 ? '' : `/${database}`}`;
  }
  const { host, pathname } = new URL(redisUrl);
  return `${host}${pathname === '/' ? '' : pathname}`;
}
