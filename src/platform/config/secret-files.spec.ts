import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Env, InvalidEnvironmentError, readEnv } from './env.js';
import { listSecretSettings } from './secret-setting.js';
import { listSecrets } from './secrets.js';

const SECRET_VALUES: Record<string, string> = {
  ADMIN_API_KEY: 'ops:correct-horse-stapled',
  API_KEYS: 'shop:correct-horse-battery',
  DATABASE_URL: 'postgres://app:correct-horse@db/pressroom',
  DATABASE_REPLICA_URL: 'postgres://app:correct-horse@replica/pressroom',
  REDIS_URL: 'redis://:correct-horse@cache',
  REDIS_SENTINEL_PASSWORD: 'correct-horse',
  WEBHOOK_SECRET: `whsec_${'A'.repeat(43)}=`,
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG',
  AWS_SESSION_TOKEN: 'session-token-1',
};

describe('listSecretSettings()', () => {
  it('listSecretSettings() includes every setting whose name suggests a secret', () => {
    const secretNames = Object.keys(new Env()).filter(
      (name) =>
        /SECRET|TOKEN|PASSWORD|_KEYS?(?:_|$)|^(?:DATABASE|REDIS)_.*URL$/.test(name) &&
        !name.endsWith('_FILE'),
    );
    expect([...listSecretSettings(new Env()).keys()].toSorted()).toEqual(
      expect.arrayContaining(secretNames.toSorted()),
    );
  });
});

describe('readEnv() with a secret file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pressroom-secrets-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const writeSecretFile = (content: string) => {
    const path = join(folder, 'secret');
    writeFileSync(path, content);
    return path;
  };

  describe.each([...listSecretSettings(new Env()).keys()])('%s_FILE', (name) => {
    const value = SECRET_VALUES[name];
    const variable = `${name}_FILE`;

    it.each([
      ['without a trailing line break', value],
      ['with a trailing line break', `${value}\n`],
      ['with a byte order mark and a Windows line break', `\uFEFF${value}\r\n`],
    ])(`readEnv() accepts a file for ${variable} %s`, (_description, content) => {
      const env = readEnv({ [variable]: writeSecretFile(content) });
      expect(env[name as keyof Env]).toBe(value);
      expect(listSecrets(env)).not.toEqual([]);
    });

    it.each(['', 'absent', '.'])(
      `readEnv() rejects ${variable} when it names a folder or a missing file (%j)`,
      (path) => {
        const readSettings = () => readEnv({ [variable]: join(folder, path) });
        expect(readSettings).toThrow(InvalidEnvironmentError);
        expect(readSettings).toThrow(
          new RegExp(`^${variable}: the file cannot be read \\((ENOENT|EISDIR)\\)`),
        );
      },
    );

    it(`readEnv() rejects ${variable} when the file is empty`, () => {
      expect(() => readEnv({ [variable]: writeSecretFile('\n') })).toThrow(
        `${variable}: the file is empty`,
      );
    });

    it(`readEnv() rejects ${variable} when ${name} is also set`, () => {
      expect(() => readEnv({ [name]: value, [variable]: writeSecretFile(value) })).toThrow(
        `${variable}: ${name} is also set`,
      );
    });

    it(`readEnv() ignores ${variable} when it is empty`, () => {
      expect(readEnv({ [name]: value, [variable]: ' ' })[name as keyof Env]).toBe(value);
    });

    it(`readEnv() does not quote ${variable} when it contains a secret instead of a path`, () => {
      expect(() => readEnv({ [variable]: value })).toThrow(/ENOENT/);
      let message = '';
      try {
        readEnv({ [variable]: value });
      } catch (error) {
        message = (error as Error).message;
      }
      expect(message).not.toContain(value);
    });
  });

  it('readEnv() names DATABASE_URL_FILE without quoting the invalid content of the file', () => {
    const path = writeSecretFile('mysql://app:hunter2@db/x');
    expect(() => readEnv({ DATABASE_URL_FILE: path })).toThrow(
      /^DATABASE_URL_FILE: must be a URL such as (?![\s\S]*hunter2)/,
    );
  });
});
