import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { EmbeddedServerError } from './errors.js';

/** Returns a TCP port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Calls `start` with a free port, and again with another port if it was taken in the meantime. */
export async function onFreePort<T>(start: (port: number) => Promise<T>, attempts = 3): Promise<T> {
  try {
    return await start(await freePort());
  } catch (error) {
    const taken = error instanceof EmbeddedServerError && error.hasLogged('Address already in use');
    if (!taken || attempts <= 1) throw error;
    return onFreePort(start, attempts - 1);
  }
}
