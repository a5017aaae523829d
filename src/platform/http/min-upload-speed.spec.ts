import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endAfterDeadline, abortSlowUpload } from './min-upload-speed.js';

/** 1 KiB per second is 205 bytes per window. */
const WINDOW_MS = 200;
/** Exceeds all buffers between the client and the reader. */
const LARGE = 20_000_000;

let server: Server;
let isContended = false;

beforeAll(async () => {
  const app = express();
  app.post('/read', async (request, response) => {
    abortSlowUpload(request, response, { windowMs: WINDOW_MS, isContended: () => isContended });
    const { length } = await text(request).catch(() => '');
    if (!response.headersSent) response.send(`${length} bytes`);
  });
  app.post('/deadline', async (request, response) => {
    endAfterDeadline(request, response, 0.3);
    const { length } = await text(request).catch(() => '');
    if (!response.headersSent) response.send(`${length} bytes`);
  });
  app.post('/busy', (request, response) => {
    abortSlowUpload(request, response, { windowMs: WINDOW_MS });
    setTimeout(() => void text(request).then(() => response.send('at last')), 4 * WINDOW_MS);
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/**
 * Sends `bytes` bytes, `at` of them every 20 ms. Returns the response after the connection has closed. The close
 * may be a reset, because the server does not read what still arrives.
 */
async function answerTo(path: string, bytes: number, at: number): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${bytes}\r\n\r\n`,
  );
  let left = bytes;
  const sending = setInterval(() => {
    socket.write('x'.repeat(Math.min(at, left)));
    left -= at;
    if (left <= 0) clearInterval(sending);
  }, 20);
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(sending);
  return answer;
}

it('An upload below the minimum speed is aborted with an error', async () => {
  expect(await answerTo('/read', 5000, 1)).toMatch(/^HTTP\/1.1 408 [^]*"request_too_slow"/);
});

it('An upload above the minimum speed is not aborted', async () => {
  expect(await answerTo('/read', 2500, 100)).toMatch(/ 200 [^]*2500 bytes$/);
});

it('An upload is not aborted while the server reads nothing', async () => {
  expect(await answerTo('/busy', LARGE, LARGE)).toMatch(/ 200 [^]*at last$/);
});

it('An upload of 5 KB per second is aborted only while another owner waits', async () => {
  isContended = true;
  const answer = await answerTo('/read', 2500, 100).finally(() => (isContended = false));
  expect(answer).toMatch(/^HTTP\/1.1 408 [^]*"request_too_slow"/);
});

it('A fast upload is aborted after its deadline', async () => {
  expect(await answerTo('/deadline', LARGE, 10_000)).toMatch(
    /^HTTP\/1.1 408 [^]*"upload_timed_out"/,
  );
});

it('An upload that completes before its deadline is not aborted', async () => {
  expect(await answerTo('/deadline', 100, 100)).toMatch(/ 200 [^]*100 bytes$/);
});
