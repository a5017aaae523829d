import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { Response } from 'express';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { abortSlowDownload } from './abort-slow-download.js';

const WINDOW_MS = 100;

describe('abortSlowDownload()', () => {
  let server: Server;
  let client: Socket;
  afterEach(() => {
    vi.useRealTimers();
    client.destroy();
    server.close();
  });

  /** Sends `body` to one client. `outcome` resolves when the response is complete or aborted. */
  async function download(body: Readable, minBytesPerSecond: number, timeoutMs = 0) {
    const outcome = new Promise<'complete' | 'aborted'>((resolve) => {
      server = createServer((_request, response) => {
        const limits = { minBytesPerSecond, windowMs: WINDOW_MS, timeoutMs };
        abortSlowDownload(response as Response, limits);
        response.once('close', () => resolve(response.writableFinished ? 'complete' : 'aborted'));
        body.pipe(response);
      }).listen(0, '127.0.0.1');
    });
    await once(server, 'listening');
    client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
    client.on('error', () => undefined);
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    return { outcome };
  }
  const createEndlessBody = () => Readable.from(generateEndlessChunks());

  it('abortSlowDownload() aborts a download if the client reads nothing', async () => {
    const { outcome } = await download(createEndlessBody(), 1);
    await expect(outcome).resolves.toBe('aborted');
  });

  it('abortSlowDownload() does not abort a download while the server has no data to send', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const body = new Readable({ read: () => undefined });
    body.push('first');
    const { outcome } = await download(body, 1e9);
    client.resume();
    await once(client, 'data');
    vi.advanceTimersByTime(5 * WINDOW_MS);
    body.push(null);
    await expect(outcome).resolves.toBe('complete');
  });

  it('abortSlowDownload() aborts a download at its deadline, even if the client reads fast', async () => {
    const { outcome } = await download(createEndlessBody(), 0, WINDOW_MS);
    client.resume();
    await expect(outcome).resolves.toBe('aborted');
  });
});

async function* generateEndlessChunks() {
  for (;;) {
    yield Buffer.alloc(256 * 1024);
    await new Promise(setImmediate);
  }
}
