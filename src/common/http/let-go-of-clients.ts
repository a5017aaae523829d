import type { Server } from 'node:http';

const LOOK_MS = 100;
/** What a stop leaves to calls that are under way; an upload of some megabytes gets through. */
const GRACE_MS = 5000;

/**
 * To be called before a server is closed: `close()` waits for every connection, and a client that
 * sends one request after the other over the same one would hold up the stop for ever. So would one
 * that never sends the rest of its request: after `graceMs` nobody is waited for any more.
 */
export function letGoOfClients(server: Server, graceMs = GRACE_MS): void {
  server.prependListener('request', (_request, response) => {
    response.setHeader('Connection', 'close');
  });
  const patienceEnds = Date.now() + graceMs;
  setInterval(() => {
    // A request that came before still keeps its connection alive.
    if (Date.now() < patienceEnds) server.closeIdleConnections();
    // Again and again: while other things end, new connections are still taken.
    else server.closeAllConnections();
  }, LOOK_MS).unref();
}
