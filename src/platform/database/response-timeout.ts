import type { Socket } from 'node:net';

/**
 * Destroys a connected socket if the server sends nothing for `timeoutMs` milliseconds after the last
 * write. Without this limit, a network that drops packets blocks all work until TCP times out after about
 * 15 minutes. `query_timeout` of pg does not help, because it returns the dead connection to the pool.
 *
 * A connection may be idle after a response, for example in a pool or with a cursor and a slow reader. The
 * limit also works for a `TLSSocket`, whose `write()` and `push()` receive unencrypted bytes. The socket must
 * be connected, because `connect()` replaces `write()`.
 */
export function limitResponseTime(socket: Socket, timeoutMs: number): void {
  let timer: NodeJS.Timeout | undefined;
  const closeSocket = () => {
    const message = `PostgreSQL did not respond for ${timeoutMs / 1000} s`;
    socket.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT' }));
  };

  const originalWrite = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = (...args: unknown[]) => {
    clearTimeout(timer);
    timer = setTimeout(closeSocket, timeoutMs);
    return originalWrite(...args);
  };

  // Node.js calls push() with received bytes before they are read.
  const originalPush = socket.push.bind(socket);
  socket.push = (...args) => {
    clearTimeout(timer);
    return originalPush(...args);
  };

  socket.once('close', () => clearTimeout(timer));
}
