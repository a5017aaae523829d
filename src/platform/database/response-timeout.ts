import type { Socket } from 'node:net';

/**
 * Destroys a connected socket when the server is silent for `timeoutMs` milliseconds after the last
 * write. Without it, a network that swallows packets stops all work for the quarter of an hour that
 * TCP takes to notice. `query_timeout` of pg is no help: it returns the dead connection to the pool.
 *
 * Silence after an answer is allowed: of a pooled connection, or of a cursor with a slow reader. It
 * works for a `TLSSocket` as well: both methods are called with the bytes before encryption and after
 * decryption. The socket has to be connected: `connect()` replaces `write()`.
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

  // Called with what has arrived, before anybody reads it.
  const push = socket.push.bind(socket);
  socket.push = (...args) => {
    clearTimeout(silence);
    return push(...args);
  };

  socket.once('close', () => clearTimeout(silence));
}
