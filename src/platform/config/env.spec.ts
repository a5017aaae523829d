import { describe, expect, it } from 'vitest';
import { InvalidEnvironmentError, readEnv } from './env.js';

describe('readEnv()', () => {
  it('readEnv() returns the default settings for an empty environment', () => {
    const env = readEnv({});
    expect(env).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', DATA_DIR: './data' });
    expect(env.DATABASE_URL).toBeUndefined();
  });

  it('readEnv() converts numbers and ignores unknown variables', () => {
    expect(readEnv({ PORT: '8080', SHELL: '/bin/sh' })).toMatchObject({ PORT: 8080 });
  });

  it('readEnv() treats an empty value as absent', () => {
    expect(readEnv({ WEBHOOK_URL: '', PORT: ' ' })).toMatchObject({ PORT: 3000 });
  });

  it.each([
    ['PORT', '80x'],
    ['PORT', '70000'],
    ['PORT', '1.5'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['REDIS_URL', 'localhost:6379'],
    ['REDIS_URL', 'redis+sentinel://localhost'],
    ['REDIS_TLS_CA_FILE', '/missing/ca.pem'],
    ['REDIS_PREFIX', 'shop a'],
    ['PUBLIC_URL', 'not a url'],
    ['WEBHOOK_SECRET', 'secret'],
    ['LOG_LEVEL', 'loud'],
    ['OUTBOUND_ALLOW', '127.0.0.1:9001'],
    ['WEBHOOK_RETRY_SCHEDULE', '0s,5'],
    ['STORAGE', 'tape'],
    ['S3_BUCKET', 'a/b'],
    ['S3_ENDPOINT', 's3.example.com'],
    ['S3_ENDPOINT', 'https://user:hunter2@s3.example.com'],
    ['S3_REGION', 'EU Central'],
    ['S3_PREFIX', '/pressroom'],
    ['S3_PUBLIC_URL', 'cdn.example.com'],
    ['S3_DELIVERY', 'mail'],
    ['S3_FORCE_PATH_STYLE', 'yes'],
  ])('readEnv() rejects %s=%s and names the variable', (name, value) => {
    expect(() => readEnv({ [name]: value })).toThrow(InvalidEnvironmentError);
    expect(() => readEnv({ [name]: value })).toThrow(new RegExp(`^${name}`));
  });

  it('readEnv() reports only the first problem of each variable', () => {
    expect(() => readEnv({ PORT: 'abc' })).toThrow(/^PORT="abc": PORT must be an integer number$/);
    expect(() => readEnv({ PORT: '70000' })).toThrow(/: PORT must not be greater than 65535$/);
  });

  it.each([
    ['S3_BUCKET', {}],
    ['S3_PUBLIC_URL', { S3_BUCKET: 'images', S3_DELIVERY: 'direct' }],
    [
      'IMAGE_URL_TTL',
      { S3_BUCKET: 'images', S3_PUBLIC_URL: 'https://cdn.example.com', IMAGE_URL_TTL: '60' },
    ],
  ])(
    'readEnv() names %s if it is missing for STORAGE=s3 or conflicts with it',
    (name, settings) => {
      expect(() => readEnv({ STORAGE: 's3', ...settings })).toThrow(new RegExp(`^${name}`));
    },
  );

  it('readEnv() accepts bucket settings that do not conflict', () => {
    const bucketSettings = { STORAGE: 's3', S3_BUCKET: 'images', S3_PREFIX: 'shop/a' };
    expect(readEnv(bucketSettings)).toMatchObject(bucketSettings);
    const presignedSettings = { ...bucketSettings, S3_DELIVERY: 'redirect', IMAGE_URL_TTL: '60' };
    expect(readEnv(presignedSettings).IMAGE_URL_TTL).toBe(60);
  });

  it('readEnv() never includes a secret or a URL with a password in its error message', () => {
    expect(() =>
      readEnv({
        WEBHOOK_SECRET: 'hunter2',
        DATABASE_URL: 'x://u:hunter2@h',
        S3_ENDPOINT: 'https://u:hunter2@h',
      }),
    ).toThrow(/^(?![\s\S]*hunter2)/);
  });

  it('readEnv() requires DATABASE_URL and REDIS_URL for a role other than all', () => {
    const serverUrls = { DATABASE_URL: 'postgres://db/pressroom', REDIS_URL: 'redis://redis' };
    expect(() => readEnv({ PRESSROOM_ROLE: 'worker' })).toThrow(
      /^DATABASE_URL: PRESSROOM_ROLE=worker needs .*\nREDIS_URL: /,
    );
    expect(readEnv({ ...serverUrls, PRESSROOM_ROLE: 'api' }).PRESSROOM_ROLE).toBe('api');
  });

  it('readEnv() accepts a DATABASE_URL with a bare host name and an encoded password', () => {
    const url = 'postgres://pressroom:p%40ss@db:5432/pressroom';
    expect(readEnv({ DATABASE_URL: url }).DATABASE_URL).toBe(url);
  });
});
