import { describe, expect, it } from 'vitest';
import { InvalidEnvironmentError, readEnv } from './env.js';

describe('readEnv', () => {
  it('has a default for everything that is not a secret or a server', () => {
    const env = readEnv({});
    expect(env).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', DATA_DIR: './data' });
    expect(env.DATABASE_URL).toBeUndefined();
  });

  it('converts numbers and ignores variables of others', () => {
    expect(readEnv({ PORT: '8080', SHELL: '/bin/sh' })).toMatchObject({ PORT: 8080 });
  });

  it('takes an empty value as absent', () => {
    expect(readEnv({ WEBHOOK_URL: '', PORT: ' ' })).toMatchObject({ PORT: 3000 });
  });

  it.each([
    ['PORT', '80x'],
    ['PORT', '70000'],
    ['PORT', '1.5'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['REDIS_URL', 'localhost:6379'],
    ['PUBLIC_URL', 'not a url'],
    ['WEBHOOK_SECRET', 'secret'],
    ['LOG_LEVEL', 'loud'],
    ['OUTBOUND_ALLOW', '127.0.0.1:9001'],
    ['WEBHOOK_RETRY_SCHEDULE', '0s,5'],
  ])('names %s when its value is %s', (name, value) => {
    expect(() => readEnv({ [name]: value })).toThrow(InvalidEnvironmentError);
    expect(() => readEnv({ [name]: value })).toThrow(new RegExp(`^${name}`));
  });

  it('gives one reason for each, which is what is wrong first', () => {
    expect(() => readEnv({ PORT: 'abc' })).toThrow(/^PORT="abc": PORT must be an integer number$/);
    expect(() => readEnv({ PORT: '70000' })).toThrow(/: PORT must not be greater than 65535$/);
  });

  it('never repeats a secret or a URL with a password', () => {
    expect(() => readEnv({ WEBHOOK_SECRET: 'hunter2', DATABASE_URL: 'x://u:hunter2@h' })).toThrow(
      /^(?![\s\S]*hunter2)/,
    );
  });

  it('accepts servers on a bare host name and with a password', () => {
    const url = 'postgres://pressroom:p%40ss@db:5432/pressroom';
    expect(readEnv({ DATABASE_URL: url }).DATABASE_URL).toBe(url);
  });
});
