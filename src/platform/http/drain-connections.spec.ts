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
      // Responds before the body has arrived, like a rejected upload.
      if (request.url === '/reject') response.writeHead(400).end('rejected');
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

  const openConnection = async (bytes = ''): Promise<Socket & { errors: string[] }> => {
    const connectionEvent = once(server, 'connection');
    const socket = Object.assign(connect(port, '127.0.0.1'), { errors: [] as string[] });
    sockets.push(socket);
    socket.on('error', (error: NodeJS.ErrnoException) => socket.errors.push(error.code ?? ''));
    await connectionEvent;
    if (bytes) await new Promise((resolve) => socket.write(bytes, resolve));
    return socket;
  };
  const readResponse = (socket: Socket): Promise<string> => text(socket);

  it('ConnectionDrain closes the connection of an active client after its next response', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const connectionHeaders: (string | undefined)[] = [];
    const sendCall = async () => {
      const [response] = (await once(get({ port, agent }), 'response')) as [IncomingMessage];
      connectionHeaders.push(response.headers.connection);
      await text(response);
    };
    await sendCall();
    // Sends a call after each response until the server has stopped listening.
    const callLoop = (async () => {
      for (;;) await sendCall();
    })().catch((error: NodeJS.ErrnoException) => error.code);
    await once(server, 'request');

    await drain.drainConnections({ graceMs: 10_000 });
    // A reset would mean that a call was lost.
    expect(await callLoop).toBe('ECONNREFUSED');
    expect(connectionHeaders.at(-1)).toBe('close');
    agent.destroy();
  });

  it('ConnectionDrain serves a request on an idle connection after the server has stopped listening', async () => {
    const socket = await openConnection('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    const drainPromise = drain.drainConnections({ graceMs: 10_000 });
    while (server.listening) await setImmediate();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await readResponse(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\nConnection: close\r\n/);
    await drainPromise;
    expect(socket.errors).toEqual([]);
  });

  it('ConnectionDrain serves connections in the kernel backlog', async () => {
    const clients = Array.from({ length: 50 }, () => {
      const socket = connect(port, '127.0.0.1');
      sockets.push(socket);
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      return readResponse(socket);
    });
    // Blocks the event loop, so new connections wait in the backlog.
    await once(sockets.at(-1)!, 'connect');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    await drain.drainConnections({ graceMs: 10_000 });
    for (const response of await Promise.all(clients)) expect(response).toMatch(/^HTTP\/1\.1 200/);
  });

  it('ConnectionDrain reads the rest of a rejected body before it closes the connection', async () => {
    drain.announceClose();
    const head = `POST /reject HTTP/1.1\r\nHost: x\r\nContent-Length: ${BODY.length}\r\n\r\n`;
    const socket = await openConnection(head);
    const [response] = (await once(socket, 'data')) as [Buffer];
    expect(response.toString()).toMatch(/^HTTP\/1\.1 400/);
    const closeEvent = once(socket.resume(), 'close');
    const drainPromise = drain.drainConnections({ graceMs: 10_000 });
    for (let offset = 0; offset < BODY.length; offset += 20_000) {
      socket.write(BODY.slice(offset, offset + 20_000));
      await sleep(10);
    }
    await Promise.all([drainPromise, closeEvent]);
    expect(socket.errors).toEqual([]);
  });

  it.each([
    ['that sends only half of a header', 'GET / HTTP/1.1\r\nHost: x\r\nA:'],
    [
      'that sends only half of a body',
      'POST /reject HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{',
    ],
  ])(
    'ConnectionDrain waits until the grace period ends before it destroys the connection of a client %s',
    async (_description, bytes) => {
      const socket = await openConnection(bytes);
      // The connection of an incomplete call is reset, so the client sees an error.
      const closeEvent = new Promise((resolve) => socket.resume().once('close', resolve));
      await drain.drainConnections({ graceMs: 100 });
      await closeEvent;
      expect(server.listening).toBe(false);
    },
  );

  it('ConnectionDrain ends the grace period when endGrace aborts', async () => {
    const endGrace = new AbortController();
    const socket = await openConnection('GET / HTTP/1.1\r\nHost: x\r\nA:');
    const closeEvent = once(socket.resume(), 'close');
    const drainPromise = drain.drainConnections({ graceMs: 3_600_000, endGrace: endGrace.signal });
    endGrace.abort();
    await Promise.all([drainPromise, closeEvent]);
    expect(server.listening).toBe(false);
  });

  it('ConnectionDrain closes an idle connection', async () => {
    const socket = await openConnection();
    const closeEvent = once(socket.resume(), 'close');
    await Promise.all([drain.drainConnections({ graceMs: 3_600_000 }), closeEvent]);
    expect(socket.errors).toEqual([]);
  });
});
