import { describe, expect, it } from 'vitest';
import { parseSentinelUrl } from './redis-sentinel-url.js';
import { assertRedisUrl, toRedisAddress } from './redis-url.js';

describe('parseSentinelUrl()', () => {
  it('parseSentinelUrl() reads the Sentinels, the primary name, the database and the credentials', () => {
    expect(parseSentinelUrl('rediss+sentinel://app:p%40ss@a:1,b.example,[::1]:3/main/2')).toEqual({
      sentinels: [
        { host: 'a', port: 1 },
        { host: 'b.example', port: 26379 },
        { host: '::1', port: 3 },
      ],
      name: 'main',
      database: 2,
      tls: true,
      credentials: { username: 'app', password: 'p@ss' },
    });
  });

  it('parseSentinelUrl() reads a URL without credentials or a database', () => {
    const { tls, database, credentials } = parseSentinelUrl('redis+sentinel://a/mymaster');
    expect([tls, database, credentials]).toEqual([false, 0, { username: '', password: '' }]);
  });

  it.each([
    'redis+sentinel://:hunter2@a',
    'redis+sentinel://:hunter2@/mymaster',
    'redis+sentinel://:hunter2@a:99999/mymaster',
    'redis+sentinel://:hunter2@a,/mymaster',
    'redis+sentinel://:hunter2@a/mymaster/x',
  ])('parseSentinelUrl() rejects %s without quoting the password', (url) => {
    expect(() => parseSentinelUrl(url)).toThrow(/^REDIS_URL must (?![\s\S]*hunter2)/);
  });
});

describe('assertRedisUrl()', () => {
  it.each(['redis://cache:6379/1', 'rediss://u:p@cache', 'redis+sentinel://a,b/mymaster'])(
    'assertRedisUrl() accepts %s',
    (url) => expect(() => assertRedisUrl(url)).not.toThrow(),
  );

  it('assertRedisUrl() rejects a URL with another scheme', () => {
    expect(() => assertRedisUrl('http://cache')).toThrow(/redis, rediss or redis\+sentinel$/);
  });
});

describe('toRedisAddress()', () => {
  it('toRedisAddress() omits the user name and the password', () => {
    expect(toRedisAddress('redis://u:p@cache:1/2')).toBe('cache:1/2');
    expect(toRedisAddress('redis+sentinel://u:p@a,b:2/main/3')).toBe('a:26379,b:2/main/3');
  });
});
