import { decodePercentEscapes } from './decode-percent-escapes.js';
import type { RedisCredentials } from './redis-credentials.js';

export interface SentinelAddress {
  host: string;
  port: number;
}

/** Address of a Redis primary that Sentinels monitor. */
export interface SentinelUrl {
  sentinels: SentinelAddress[];
  /** Name of the primary in the Sentinel configuration. */
  name: string;
  database: number;
  /** True if the Sentinels and Redis use TLS. */
  tls: boolean;
  /** Credentials for Redis. Separate settings contain the credentials for the Sentinels. */
  credentials: RedisCredentials;
}

const DEFAULT_PORT = '26379';
const EXAMPLE_URL = 'redis+sentinel://host1,host2:26379/mymaster/0';
const URL_PATTERN =
  /^(rediss?)\+sentinel:\/\/(?:([^/@:]*)(?::([^/@]*))?@)?([^/@?#]+)\/([A-Za-z0-9._-]+)(?:\/([0-9]{1,4}))?$/;
const ADDRESS_PATTERN = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::([0-9]{1,5}))?$/;

export const isSentinelUrl = (redisUrl: string): boolean => /^rediss?\+sentinel:/.test(redisUrl);

/**
 * Parses `redis+sentinel://user:password@host1,host2/name/database`.
 * @throws Error whose message does not contain the password
 */
export function parseSentinelUrl(redisUrl: string): SentinelUrl {
  const [, scheme, username = '', password = '', hosts, name, database = '0'] =
    URL_PATTERN.exec(redisUrl) ?? [];
  if (hosts === undefined) throw new Error(`REDIS_URL must have the format ${EXAMPLE_URL}`);
  return {
    sentinels: hosts.split(',').map(parseAddress),
    name,
    database: Number(database),
    tls: scheme === 'rediss',
    credentials: {
      username: decodePercentEscapes(username),
      password: decodePercentEscapes(password),
    },
  };
}

function parseAddress(text: string): SentinelAddress {
  const [, ipv6, host = ipv6, port = DEFAULT_PORT] = ADDRESS_PATTERN.exec(text.trim()) ?? [];
  if (host === undefined || Number(port) === 0 || Number(port) > 65_535) {
    throw new Error(`REDIS_URL must name each Sentinel as host or host:port, as in ${EXAMPLE_URL}`);
  }
  return { host, port: Number(port) };
}
