import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { EmbeddedServerError } from './errors.js';

/** Returns a TCP port that is currently free on 127.0.0.1. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Calls `start` with a free port. Retries with another port if the port is in use by then. */
export async function startOnFreePort<T>(
  start: (port: number) => Promise<T>,
  remainingAttempts = 3,
): Promise<T> {
  try {
    return await start(await findFreePort());
  } catch (error) {
    const isPortInUse =
      error instanceof EmbeddedServerError && error.hasLogged('Address already in use');
    if (!isPortInUse || remainingAttempts <= 1) throw error;
    return startOnFreePort(start, remainingAttempts - 1);
  }
}
