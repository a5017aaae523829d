import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { abortLateUpload, abortSlowUpload } from './min-upload-speed.js';

/** 1 KiB per second is 205 bytes per window. */
const WINDOW_MS = 200;
/** Larger than all buffers between the client and the reader. */
const LARGE_BYTES = 20_000_000;

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
    abortLateUpload(request, response, 0.3);
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
 * Sends an upload of `bytes` bytes, `bytesPerTick` every 20 ms. Returns the response after the connection
 * has closed. The connection may be reset, because the server does not read the remaining bytes.
 */
async function sendUpload(path: string, bytes: number, bytesPerTick: number): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${bytes}\r\n\r\n`,
  );
  let remainingBytes = bytes;
  const sendTimer = setInterval(() => {
    socket.write('x'.repeat(Math.min(bytesPerTick, remainingBytes)));
    remainingBytes -= bytesPerTick;
    if (remainingBytes <= 0) clearInterval(sendTimer);
  }, 20);
  let receivedText = '';
  socket.on('data', (chunk: Buffer) => (receivedText += chunk.toString('latin1')));
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(sendTimer);
  return receivedText;
}

it('An upload below the minimum speed is aborted with an error', async () => {
  expect(await sendUpload('/read', 5000, 1)).toMatch(/^HTTP\/1.1 408 [^]*"request_too_slow"/);
});

it('An upload above the minimum speed is not aborted', async () => {
  expect(await sendUpload('/read', 2500, 100)).toMatch(/ 200 [^]*2500 bytes$/);
});

it('An upload is not aborted while the server does not read it', async () => {
  expect(await sendUpload('/busy', LARGE_BYTES, LARGE_BYTES)).toMatch(/ 200 [^]*at last$/);
});

it('An upload of 5 KB per second is aborted only while another owner waits', async () => {
  isContended = true;
  const response = await sendUpload('/read', 2500, 100).finally(() => (isContended = false));
  expect(response).toMatch(/^HTTP\/1.1 408 [^]*"request_too_slow"/);
});

it('A fast upload is aborted after its deadline', async () => {
  expect(await sendUpload('/deadline', LARGE_BYTES, 10_000)).toMatch(
    /^HTTP\/1.1 408 [^]*"upload_timed_out"/,
  );
});

it('An upload that completes before its deadline is not aborted', async () => {
  expect(await sendUpload('/deadline', 100, 100)).toMatch(/ 200 [^]*100 bytes$/);
});
