import { describe, expect, it, vi } from 'vitest';
import { splitRedisUrl } from './redis-url.js';
import { secretsOf } from './secrets.js';

const NONE = { API_KEYS: '', WEBHOOK_SECRET: undefined, DATABASE_URL: undefined };

describe('secretsOf()', () => {
  it.each([
    ['rediss://app:p%40ss-word@cache:6380/2', ['p%40ss-word', 'p@ss-word']],
    ['redis://cache?password=in-the-query', ['in-the-query']],
    ['redis://:bare%percent@cache', ['bare%percent']],
    ['redis://:quote%22d@cache', ['quote"d', 'quote\\"d']],
    ['redis://cache', []],
  ])('of %s has the password in every form', (REDIS_URL, secrets) => {
    const found = secretsOf({ ...NONE, REDIS_URL });
    expect(found).toEqual(expect.arrayContaining(secrets));
    expect(secretsOf({ ...NONE, DATABASE_URL: REDIS_URL, REDIS_URL: undefined })).toEqual(found);
  });

  it('has the credentials that the AWS SDK reads from the environment', () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session-token-1');
    expect(secretsOf({ ...NONE, REDIS_URL: undefined })).toEqual([
      'wJalrXUtnFEMI/K7MDENG',
      'session-token-1',
    ]);
    vi.unstubAllEnvs();
  });

  it('finds the passwords of a URL with several hosts and of the replica', () => {
    const DATABASE_URL = 'postgres://u:primary-pw@a:5432,b:5432/db';
    const DATABASE_REPLICA_URL = 'postgres://u:replica-pw@c/db';
    const found = secretsOf({ ...NONE, DATABASE_URL, DATABASE_REPLICA_URL, REDIS_URL: undefined });
    expect(found).toEqual(['primary-pw', 'replica-pw']);
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
  ])('takes the credentials out of %s', (given, url, credentials) => {
    expect(splitRedisUrl(given)).toEqual({ url, credentials });
  });
});
