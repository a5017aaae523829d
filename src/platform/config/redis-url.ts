/** `REDIS_URL` in two parts. The part that is passed on and logged has no password. */
export interface RedisUrlParts {
  /** Without user name and password. */
  url: string;
  credentials: { username: string; password: string };
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

/** Decodes percent escapes. Returns a password with a bare `%` unchanged. */
export function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
