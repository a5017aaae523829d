import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { letGoOfClients } from './let-go-of-clients.js';

it('closes a server whose client never stops asking', async () => {
  const server = createServer((_request, response) => {
    setTimeout(() => response.end('ok'), 20);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
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
  await new Promise((resolve) => server.close(resolve));
  expect(await asking).toMatch(/^ECONN(REFUSED|RESET)$/);
  agent.destroy();
});
