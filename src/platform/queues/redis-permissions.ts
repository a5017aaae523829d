import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

type Command = [name: string, ...words: string[]];

/** Maximum time that the blocking command blocks, in seconds. Its list does not exist. */
const BLOCK_SECONDS = '0.001';

/**
 * Commands that Pressroom and the Bull scripts use on keys. Commands that write are followed by `DEL`.
 * Redis checks the permission before it runs a command.
 */
const buildKeyCommands = (key: string): Command[] => [
  ['brpoplpush', key, key, BLOCK_SECONDS],
  ['eval', 'return 0', '1', key],
  ['exists', key],
  ['expire', key, '1'],
  ['get', key],
  ['hdel', key, 'field'],
  ['hget', key, 'field'],
  ['hgetall', key],
  ['hincrby', key, 'field', '1'],
  ['del', key],
  ['hmget', key, 'field'],
  ['hmset', key, 'field', '1'],
  ['hset', key, 'field', '1'],
  ['del', key],
  ['incr', key],
  ['incrby', key, '1'],
  ['del', key],
  ['lindex', key, '0'],
  ['llen', key],
  ['lpush', key, 'value'],
  ['rpush', key, 'value'],
  ['del', key],
  ['lrange', key, '0', '0'],
  ['lrem', key, '0', 'value'],
  ['ltrim', key, '0', '0'],
  ['pttl', key],
  ['rpoplpush', key, key],
  ['sadd', key, 'member'],
  ['del', key],
  ['set', key, '1', 'EX', '1'],
  ['del', key],
  ['smembers', key],
  ['srem', key, 'member'],
  ['zadd', key, '1', 'member'],
  ['del', key],
  ['zcard', key],
  ['zcount', key, '0', '0'],
  ['zrange', key, '0', '0'],
  ['zrangebyscore', key, '0', '0'],
  ['zrem', key, 'member'],
];

/** Commands without a key. The script does not exist. */
const COMMANDS_WITHOUT_KEY: Command[] = [['evalsha', '0'.repeat(40), '0']];

/** Commands that are checked by their effect, not by a separate call. */
const INDIRECTLY_CHECKED_COMMANDS = ['exec', 'multi', 'subscribe'];

/** Names of the commands that Redis must permit. `info`, `client|setname` and `ping` are optional. */
export const REQUIRED_COMMANDS: readonly string[] = [
  ...new Set([...buildKeyCommands(''), ...COMMANDS_WITHOUT_KEY, ['publish']].map(([name]) => name)),
  ...INDIRECTLY_CHECKED_COMMANDS,
].toSorted();

const CHECK_ID = randomUUID();

interface TransactionError extends Error {
  previousErrors?: Error[];
}

export interface RedisConnectionPair {
  commands: Redis;
  subscriber: Redis;
}

/**
 * Returns the permissions that the user lacks in the notation of `ACL SETUSER`: `+command`, `~keys` and
 * `&channels`. Rejects when the connection fails.
 *
 * @param prefix first part of all keys and channels
 */
export async function findMissingPermissions(
  { commands, subscriber }: RedisConnectionPair,
  prefix: string,
): Promise<string[]> {
  const key = `${prefix}:permissions:${CHECK_ID}`;
  const calls: Command[] = [
    ...buildKeyCommands(key),
    ...COMMANDS_WITHOUT_KEY,
    ['publish', key, ''],
  ];
  const pipeline = commands.pipeline();
  for (const [name, ...words] of calls) pipeline.call(name, ...words);
  const replies = (await pipeline.exec())!;
  const rules = replies.map(([error], index) => toMissingRule(error, calls[index][0], prefix));
  rules.push(toMissingRule(await findTransactionError(commands, key), 'multi +exec', prefix));
  if (subscriber.status === 'ready') {
    // Only a subscription shows whether it is permitted. The subscription remains active.
    const error = await catchError(subscriber.subscribe(`${prefix}:permissions`));
    rules.push(toMissingRule(error, 'subscribe', prefix));
  }
  return [...new Set(rules.filter((rule) => rule !== undefined))];
}

/** A denied `MULTI` causes an error before the error of `EXEC`. A denied `EXEC` ends the transaction. */
async function findTransactionError(commands: Redis, key: string): Promise<Error | null> {
  const error: TransactionError | null = await catchError(commands.multi().exists(key).exec());
  return error?.previousErrors?.[0] ?? error;
}

function toMissingRule(error: Error | null, command: string, prefix: string): string | undefined {
  if (!error || !/^NOPERM|^EXECABORT .*no permissions/.test(error.message)) return undefined;
  if (error.message.includes(' to run the ')) return `+${command}`;
  return /\bchannels?\b/.test(error.message) ? `&${prefix}:*` : `~${prefix}:*`;
}

const catchError = (reply: Promise<unknown>): Promise<Error | null> =>
  reply.then(
    () => null,
    (error: Error) => error,
  );
