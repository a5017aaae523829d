import type { Server } from 'node:http';

const LOOK_MS = 100;

/**
 * To be called before a server is closed: `close()` waits for every connection, and a client that
 * sends one request after the other over the same one would hold up the stop for ever.
 */
export function letGoOfClients(server: Server): void {
  server.prependListener('request', (_request, response) => {
    response.setHeader('Connection', 'close');
  });
  // A request that came before still keeps its connection alive.
  setInterval(() => server.closeIdleConnections(), LOOK_MS).unref();
}
