import type { Socket } from 'node:net';

/**
 * Destroys a connected socket when the server sends nothing for `timeoutMs` milliseconds after the last
 * write. Without it, a network that drops packets blocks all work until TCP times out, after about 15
 * minutes. `query_timeout` of pg does not help: it returns the dead connection to the pool.
 *
 * Silence after a response is allowed, for example of a pooled connection or of a cursor with a slow
 * reader. A `TLSSocket` works as well: both methods receive the bytes before encryption and after
 * decryption. The socket must be connected, because `connect()` replaces `write()`.
 */
export function limitResponseTime(socket: Socket, timeoutMs: number): void {
  let silence: NodeJS.Timeout | undefined;
  const giveUp = () => {
    const message = `PostgreSQL has not answered for ${timeoutMs / 1000} s`;
    socket.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT' }));
  };

  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = (...args: unknown[]) => {
    clearTimeout(silence);
    silence = setTimeout(giveUp, timeoutMs);
    return write(...args);
  };

  // Node.js calls it with received bytes before they are read.
  const push = socket.push.bind(socket);
  socket.push = (...args) => {
    clearTimeout(silence);
    return push(...args);
  };

  socket.once('close', () => clearTimeout(silence));
}
