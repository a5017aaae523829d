import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImpatientSocket } from './impatient-socket.js';

const PATIENCE_MS = 150;
let server: Server;
let peers: Socket[];
let socket: ImpatientSocket;

beforeEach(async () => {
  peers = [];
  server = createServer((peer) => peers.push(peer.on('error', () => undefined))).listen(0);
  await once(server, 'listening');
  socket = new ImpatientSocket(PATIENCE_MS);
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
});
afterEach(() => {
  socket.destroy();
  for (const peer of peers) peer.destroy();
  server.close();
});

describe('a connection to PostgreSQL', () => {
  it('is given up when nothing comes back', async () => {
    socket.write('SELECT 1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error).toMatchObject({ code: 'ETIMEDOUT', message: expect.stringContaining('0.15 s') });
  });

  it('stays when it was answered, for as long as nothing more is sent', async () => {
    peers[0]?.on('data', () => peers[0].write('one'));
    socket.write('SELECT 1');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    await sleep(2 * PATIENCE_MS);
    expect(answer.toString()).toBe('one');
    expect(socket.destroyed).toBe(false);
  });

  it('stays while a long COPY goes out that is answered at its end', async () => {
    for (let at = 0; at < 6; at++) {
      socket.write('row\n');
      await sleep(PATIENCE_MS / 2);
    }
    expect(socket.destroyed).toBe(false);
  });
});
