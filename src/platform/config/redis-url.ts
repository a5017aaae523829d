import { isURL } from 'class-validator';
import type { RedisCredentials } from './redis-credentials.js';
import { decodeOrKeep } from './decode-or-keep.js';
import { isSentinelUrl, parseSentinelUrl } from './redis-sentinel-url.js';

/** `REDIS_URL` in two parts. The part that is logged has no password. */
export interface RedisUrlParts {
  /** Without user name and password. */
  url: string;
  credentials: RedisCredentials;
}

/** Checks `REDIS_URL`. @throws Error without the password */
export function assertRedisUrl(redisUrl: string): void {
  if (isSentinelUrl(redisUrl)) return void parseSentinelUrl(redisUrl);
  const isServer = isURL(redisUrl, {
    protocols: ['redis', 'rediss'],
    require_protocol: true,
    require_tld: false,
    disallow_auth: false,
  });
  if (!isServer) {
    throw new Error('REDIS_URL must be a URL that begins with redis, rediss or redis+sentinel');
  }
}

/** Separates the credentials from a URL: `user:password@`, or the parameters that ioredis reads. */
export function splitRedisUrl(redisUrl: string): RedisUrlParts {
  const url = new URL(redisUrl);
  const parameter = (name: string) => url.searchParams.get(name) ?? '';
  const credentials = {
    username: decodeOrKeep(url.username) || parameter('username'),
    password: decodeOrKeep(url.password) || parameter('password'),
  };
  url.username = '';
  url.password = '';
  url.searchParams.delete('username');
  url.searchParams.delete('password');
  return { url: url.href, credentials };
}

/** Returns hosts, ports and database of `REDIS_URL`, without user name and password. */
export function redisAddress(redisUrl: string): string {
  if (isSentinelUrl(redisUrl)) {
    const { sentinels, name, database } = parseSentinelUrl(redisUrl);
    const hosts = sentinels.map(({ host, port }) => `${host}:${port}`);
    return `${hosts.join(',')}/${name}${database === 0 ? '' : `/${database}`}`;
  }
  const { host, pathname } = new URL(redisUrl);
  return `${host}${pathname === '/' ? '' : pathname}`;
}
