import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionDrain } from './drain-connections.js';

const BODY = 'x'.repeat(100_000);

describe('ConnectionDrain', () => {
  let server: Server;
  let port: number;
  let drain: ConnectionDrain;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    server = createServer((request, response) => {
      // Answers before the body has arrived, as a refused upload.
      if (request.url === '/refuse') response.writeHead(400).end('refused');
      else setTimeout(() => response.end('ok'), 20);
    });
    drain = new ConnectionDrain(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.closeAllConnections();
    server.close();
  });

  const open = async (bytes = ''): Promise<Socket & { errors: string[] }> => {
    const accepted = once(server, 'connection');
    const socket = Object.assign(connect(port, '127.0.0.1'), { errors: [] as string[] });
    sockets.push(socket);
    socket.on('error', (error: NodeJS.ErrnoException) => socket.errors.push(error.code ?? ''));
    await accepted;
    if (bytes) await new Promise((resolve) => socket.write(bytes, resolve));
    return socket;
  };
  const answerOf = (socket: Socket): Promise<string> => text(socket);

  it('ConnectionDrain closes the connection of an active client after its next response', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const answers: (string | undefined)[] = [];
    const ask = async () => {
      const [answer] = (await once(get({ port, agent }), 'response')) as [IncomingMessage];
      answers.push(answer.headers.connection);
      await text(answer);
    };
    await ask();
    // Sends a call after each response, until the server has stopped listening.
    const asking = (async () => {
      for (;;) await ask();
    })().catch((error: NodeJS.ErrnoException) => error.code);
    await once(server, 'request');

    await drain.drainConnections({ graceMs: 10_000 });
    // A reset would mean that a call was lost.
    expect(await asking).toBe('ECONNREFUSED');
    expect(answers.at(-1)).toBe('close');
    agent.destroy();
  });

  it('ConnectionDrain answers a request on an idle connection after the server stopped listening', async () => {
    const socket = await open('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    const drained = drain.drainConnections({ graceMs: 10_000 });
    while (server.listening) await setImmediate();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\nConnection: close\r\n/);
    await drained;
    expect(socket.errors).toEqual([]);
  });

  it('ConnectionDrain answers connections in the kernel backlog', async () => {
    const clients = Array.from({ length: 50 }, () => {
      const socket = connect(port, '127.0.0.1');
      sockets.push(socket);
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      return answerOf(socket);
    });
    // The event loop is blocked, so new connections wait in the backlog.
    await once(sockets.at(-1)!, 'connect');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    await drain.drainConnections({ graceMs: 10_000 });
    for (const answer of await Promise.all(clients)) expect(answer).toMatch(/^HTTP\/1\.1 200/);
  });

  it('ConnectionDrain reads the rest of a rejected body before it closes the connection', async () => {
    drain.announceClose();
    const head = `POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: ${BODY.length}\r\n\r\n`;
    const socket = await open(head);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400/);
    const closed = once(socket.resume(), 'close');
    const drained = drain.drainConnections({ graceMs: 10_000 });
    for (let at = 0; at < BODY.length; at += 20_000) {
      socket.write(BODY.slice(at, at + 20_000));
      await sleep(10);
    }
    await Promise.all([drained, closed]);
    expect(socket.errors).toEqual([]);
  });

  it.each([
    ['that sends half of a header', 'GET / HTTP/1.1\r\nHost: x\r\nA:'],
    ['that sends half of a body', 'POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{'],
  ])(
    'ConnectionDrain destroys the connection of a client %s after the grace period',
    async (_client, bytes) => {
      const socket = await open(bytes);
      // A call that is cut is reset, so the client sees an error.
      const closed = new Promise((resolve) => socket.resume().once('close', resolve));
      await drain.drainConnections({ graceMs: 100 });
      await closed;
      expect(server.listening).toBe(false);
    },
  );

  it('ConnectionDrain ends the grace period when endGrace aborts', async () => {
    const endGrace = new AbortController();
    const socket = await open('GET / HTTP/1.1\r\nHost: x\r\nA:');
    const closed = once(socket.resume(), 'close');
    const drained = drain.drainConnections({ graceMs: 3_600_000, endGrace: endGrace.signal });
    endGrace.abort();
    await Promise.all([drained, closed]);
    expect(server.listening).toBe(false);
  });

  it('ConnectionDrain closes an idle connection', async () => {
    const socket = await open();
    const closed = once(socket.resume(), 'close');
    await Promise.all([drain.drainConnections({ graceMs: 3_600_000 }), closed]);
    expect(socket.errors).toEqual([]);
  });
});
