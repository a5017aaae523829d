import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisInstance } from '../../../test/support/redis-instance.js';
import { findMissingPermissions, REQUIRED_COMMANDS } from './redis-permissions.js';

const PREFIX = 'pressroom:0123456789abcdef';
const GUIDE = readFileSync(new URL('../../../docs/guides/redis.md', import.meta.url), 'utf8');
/** Rules in the command in the guide, without the password. */
const DOCUMENTED_RULES = /ACL SETUSER pressroom on >\S+ ([^`]+)/
  .exec(GUIDE)![1]
  .replaceAll('\\\n', ' ')
  .trim()
  .split(/\s+/);

let redis: RedisInstance;
beforeAll(async () => {
  redis = await RedisInstance.start();
});
afterAll(() => redis?.stop());

/** Returns the rules that a user with these rules lacks. */
async function findMissingRules(...rules: string[]): Promise<string[]> {
  await redis.sendCommand('ACL', 'SETUSER', 'shop', 'reset', 'on', '>secret', ...rules);
  const options = { username: 'shop', password: 'secret', enableReadyCheck: false };
  const [commands, subscriber] = [0, 1].map(() => new Redis(redis.port, '127.0.0.1', options));
  try {
    await Promise.all(
      [commands, subscriber].map((connection) => connection.call('AUTH', 'shop', 'secret')),
    );
    return await findMissingPermissions({ commands, subscriber }, PREFIX);
  } finally {
    commands.disconnect();
    subscriber.disconnect();
  }
}

describe('findMissingPermissions()', () => {
  it('findMissingPermissions() returns an empty list for a user with all permissions, and leaves no key behind', async () => {
    expect(await findMissingRules('~*', '&*', '+@all')).toEqual([]);
    expect(await redis.sendCommand('DBSIZE')).toBe(0);
  });

  it('findMissingPermissions() returns an empty list for a user with the documented rules', async () => {
    expect(await findMissingRules(...DOCUMENTED_RULES)).toEqual([]);
  });

  it.each(REQUIRED_COMMANDS)(
    'findMissingPermissions() returns "+%s" if that command is denied',
    async (command) => {
      const rules = (await findMissingRules(...DOCUMENTED_RULES, `-${command}`))
        .join(' ')
        .split(' ');
      expect(rules).toContain(`+${command}`);
    },
  );

  it('findMissingPermissions() returns the rules for keys and channels when they are denied', async () => {
    expect(await findMissingRules(...DOCUMENTED_RULES, 'resetkeys', '~other:*')).toEqual([
      `~${PREFIX}:*`,
    ]);
    expect(await findMissingRules(...DOCUMENTED_RULES, 'resetchannels')).toEqual([`&${PREFIX}:*`]);
  });
});
