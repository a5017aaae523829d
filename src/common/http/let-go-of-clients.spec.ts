import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { letGoOfClients } from './let-go-of-clients.js';

let server: Server;
let port: number;

beforeEach(async () => {
  server = createServer((_request, response) => {
    setTimeout(() => response.end('ok'), 20);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const closed = () => new Promise<Error | undefined>((resolve) => server.close(resolve));

it('closes a server whose client never stops asking', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = async () => {
    const [answer] = (await once(get({ port, agent }), 'response')) as [IncomingMessage];
    return text(answer);
  };
  await ask();
  // Asks again with every answer, until the connection is gone.
  const asking = (async () => {
    for (;;) await ask();
  })().catch((error: NodeJS.ErrnoException) => error.code);

  // Else its connection is idle, and closed at once.
  await once(server, 'request');
  letGoOfClients(server);
  await closed();
  expect(await asking).toMatch(/^ECONN(REFUSED|RESET)$/);
  agent.destroy();
});

it.each([
  ['says nothing', ''],
  ['sends half a head', 'GET / HTTP/1.1\r\nHost: x\r\nA:'],
])('closes a server whose client %s, after a while', async (_what, bytes) => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(server, 'connection');
  if (bytes) await new Promise((resolve) => socket.write(bytes, resolve));
  letGoOfClients(server, 100);
  expect(await closed()).toBeUndefined();
  socket.destroy();
});
