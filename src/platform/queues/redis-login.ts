import type { Socket } from 'node:net';
import type { RedisCredentials } from '../config/redis-credentials.js';
import { RedisAuthenticationError, RedisRefusesConnectionError } from './redis-errors.js';

/** Replies that mean wrong or missing credentials, in Redis 5 (`ERR invalid password`) and later. */
const REJECTED =
  /^(WRONGPASS|NOAUTH|ERR invalid password|ERR wrong number of arguments for 'auth')/;
/** Replies after which the connection works: the server needs no password, starts, or allows no PING. */
const ACCEPTED =
  /^(ERR Client sent AUTH, but no password is set|ERR AUTH <password> called without any password|LOADING|MASTERDOWN|NOPERM)/;

/**
 * Sends `AUTH`, or `PING` without credentials, as the first command of a connection, and waits for
 * the reply. Resolves when Redis accepts more commands; the socket is paused then.
 *
 * @throws RedisAuthenticationError, RedisRefusesConnectionError, or the error of the socket
 */
export function logIn(
  socket: Socket,
  credentials: RedisCredentials,
  timeoutMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = '';
    const end = (error?: Error) => {
      clearTimeout(timer);
      socket.off('data', read).off('error', end).off('close', closed);
      socket.pause();
      if (error) reject(error);
      else resolve();
    };
    const closed = () => end(new Error('Redis closed the connection'));
    const late = () => end(Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' }));
    const timer = setTimeout(late, timeoutMs);
    const read = (chunk: Buffer) => {
      received += chunk.toString('utf8');
      const length = received.indexOf('\r\n');
      if (length >= 0) end(toError(received.slice(0, length)));
    };
    socket.on('data', read).on('error', end).on('close', closed);
    socket.write(encode(createCommand(credentials)));
  });
}

const createCommand = ({ username, password }: RedisCredentials): string[] =>
  password === '' ? ['PING'] : ['AUTH', ...(username === '' ? [] : [username]), password];

/** https://redis.io/docs/latest/develop/reference/protocol-spec/#arrays */
const encode = (command: string[]): string =>
  [
    `*${command.length}`,
    ...command.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]),
    '',
  ].join('\r\n');

function toError(reply: string): Error | undefined {
  if (!reply.startsWith('-')) return undefined;
  const text = reply.slice(1);
  if (ACCEPTED.test(text)) return undefined;
  if (REJECTED.test(text)) return new RedisAuthenticationError(text.split(' ', 1)[0]);
  return new RedisRefusesConnectionError(text);
}
