import { describe, expect, it } from 'vitest';
import { splitRedisUrl } from './redis-url.js';
import { listSecrets } from './secrets.js';

const NO_SECRETS = { API_KEYS: '', WEBHOOK_SECRET: undefined, DATABASE_URL: undefined };

describe('listSecrets()', () => {
  it.each([
    ['rediss://app:p%40ss-word@cache:6380/2', ['p%40ss-word', 'p@ss-word']],
    ['redis://cache?password=in-the-query', ['in-the-query']],
    ['redis+sentinel://app:p%40ss@a,b/mymaster', ['p@ss', 'p%40ss']],
    ['redis://:bare%percent@cache', ['bare%percent']],
    ['redis://:quote%22d@cache', ['quote"d', 'quote\\"d']],
    ['redis://cache', []],
  ])(
    'listSecrets() returns all encodings of the password in %s, if there is one',
    (REDIS_URL, secrets) => {
      const redisSecrets = listSecrets({ ...NO_SECRETS, REDIS_URL });
      expect(redisSecrets).toEqual(expect.arrayContaining(secrets));
      const databaseSecrets = listSecrets({
        ...NO_SECRETS,
        DATABASE_URL: REDIS_URL,
        REDIS_URL: undefined,
      });
      expect(databaseSecrets).toEqual(redisSecrets);
    },
  );

  it('listSecrets() returns the keys of clients and operators', () => {
    const keys = { API_KEYS: 'shop:shop-key-1', ADMIN_API_KEY: 'ops:ops-key-1,night:ops-key-2' };
    expect(listSecrets(keys)).toEqual(
      expect.arrayContaining(['shop-key-1', 'ops-key-1', 'ops-key-2']),
    );
  });

  it('listSecrets() returns the S3 credentials', () => {
    const credentials = {
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG',
      AWS_SESSION_TOKEN: 'session-token-1',
    };
    expect(listSecrets(credentials)).toEqual(Object.values(credentials));
  });

  it('listSecrets() returns the passwords of a multi-host DATABASE_URL and of the replica', () => {
    const DATABASE_URL = 'postgres://u:primary-pw@a:5432,b:5432/db';
    const DATABASE_REPLICA_URL = 'postgres://u:replica-pw@c/db';
    const secrets = listSecrets({
      ...NO_SECRETS,
      DATABASE_URL,
      DATABASE_REPLICA_URL,
      REDIS_URL: undefined,
    });
    expect(secrets).toEqual(['primary-pw', 'replica-pw']);
  });
});

describe('splitRedisUrl()', () => {
  it.each([
    [
      'redis://app:p%40ss@cache:6380/2',
      'redis://cache:6380/2',
      { username: 'app', password: 'p@ss' },
    ],
    ['rediss://:secret@cache', 'rediss://cache', { username: '', password: 'secret' }],
    [
      'redis://cache/0?family=6&username=app&password=secret',
      'redis://cache/0?family=6',
      { username: 'app', password: 'secret' },
    ],
    ['redis://cache', 'redis://cache', { username: '', password: '' }],
  ])('splitRedisUrl() removes the credentials from %s', (redisUrl, url, credentials) => {
    expect(splitRedisUrl(redisUrl)).toEqual({ url, credentials });
  });
});
