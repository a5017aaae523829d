import type { Socket } from 'node:net';
import type { RedisCredentials } from '../config/redis-credentials.js';
import { RedisAuthenticationError, RedisRefusesConnectionError } from './redis-errors.js';

/** Replies to wrong or missing credentials, in Redis 5 (`ERR invalid password`) and later. */
const REJECTED_LOGIN =
  /^(WRONGPASS|NOAUTH|ERR invalid password|ERR wrong number of arguments for 'auth')/;
/**
 * Replies that leave the connection usable: the server needs no password, is starting, or does not permit
 * PING.
 */
const USABLE_CONNECTION =
  /^(ERR Client sent AUTH, but no password is set|ERR AUTH <password> called without any password|LOADING|MASTERDOWN|NOPERM)/;

/**
 * Sends `AUTH`, or `PING` without credentials, as the first command of a connection, and waits for
 * the reply. Pauses the socket and resolves when Redis accepts more commands.
 *
 * @throws RedisAuthenticationError, RedisRefusesConnectionError, or the error of the socket
 */
export function logIn(
  socket: Socket,
  credentials: RedisCredentials,
  timeoutMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let buffer = '';
    const finish = (error?: Error) => {
      clearTimeout(timer);
      socket.off('data', onData).off('error', finish).off('close', onClose);
      socket.pause();
      if (error) reject(error);
      else resolve();
    };
    const onClose = () => finish(new Error('Redis closed the connection'));
    const onTimeout = () =>
      finish(Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' }));
    const timer = setTimeout(onTimeout, timeoutMs);
    const onData = (chunk: Buffer) => {
      buffer += chunk.toString('utf8');
      const lineEnd = buffer.indexOf('\r\n');
      if (lineEnd >= 0) finish(toLoginError(buffer.slice(0, lineEnd)));
    };
    socket.on('data', onData).on('error', finish).on('close', onClose);
    socket.write(encodeCommand(createCommand(credentials)));
  });
}

const createCommand = ({ username, password }: RedisCredentials): string[] =>
  password === '' ? ['PING'] : ['AUTH', ...(username === '' ? [] : [username]), password];

/** Encodes a command in the Redis protocol: https://redis.io/docs/latest/develop/reference/protocol-spec/#arrays */
const encodeCommand = (command: string[]): string =>
  [
    `*${command.length}`,
    ...command.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]),
    '',
  ].join('\r\n');

function toLoginError(reply: string): Error | undefined {
  if (!reply.startsWith('-')) return undefined;
  const text = reply.slice(1);
  if (USABLE_CONNECTION.test(text)) return undefined;
  if (REJECTED_LOGIN.test(text)) return new RedisAuthenticationError(text.split(' ', 1)[0]);
  return new RedisRefusesConnectionError(text);
}
