/** `REDIS_URL` in two parts, so that the one that is passed around and logged has no password. */
export interface RedisUrlParts {
  /** Without user name and password. */
  url: string;
  credentials: { username: string; password: string };
}

/** Takes the credentials out of a URL: from `user:password@`, or from parameters as ioredis reads them. */
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

/** Decodes percent escapes; a password with a bare `%` is what it says. */
export function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
