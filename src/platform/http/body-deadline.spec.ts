import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import express from 'express';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bodyDeadline, clearBodyDeadline } from './body-deadline.js';

const HEADERS = 'Host: x\r\nContent-Type: application/json';

let server: Server;
let abortedRequestCount = 0;

beforeAll(async () => {
  const app = express();
  app.use(bodyDeadline(100));
  app.post('/read', express.raw({ type: () => true }), (_request, response) => {
    response.send('body received');
  });
  app.post('/piped', (request) => {
    request.pipe(new PassThrough());
    request.once('aborted', () => (abortedRequestCount += 1));
  });
  app.get('/unread', (_request, response) => {
    response.send('not read');
  });
  app.post('/long', async (request, response) => {
    clearBodyDeadline(request);
    response.send(await text(request));
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends these bytes, and `laterBytes` 200 ms later. Returns the data received until the connection closes. */
async function sendAndReceive(bytes: string, laterBytes?: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(bytes);
  if (laterBytes) setTimeout(() => socket.write(laterBytes), 200);
  return text(socket);
}

it('A client that stops sending its body receives an error before the connection is closed', async () => {
  const response = await sendAndReceive(
    `POST /read HTTP/1.1\r\n${HEADERS}\r\nContent-Length: 9\r\n\r\n{`,
  );
  expect(response).toMatch(/^HTTP\/1.1 408 /);
  expect(response).toMatch('application/problem+json');
  expect(response).toMatch('"code":"request_too_slow"');
});

it('A handler that reads the body receives an error when the client stops sending', async () => {
  await sendAndReceive(`POST /piped HTTP/1.1\r\n${HEADERS}\r\nContent-Length: 9\r\n\r\n{`);
  await vi.waitFor(() => expect(abortedRequestCount).toBe(1));
});

it('A chunked body that does not arrive in time is rejected with 408', async () => {
  const chunkedHeaders = `${HEADERS}\r\nTransfer-Encoding: chunked`;
  expect(
    await sendAndReceive(`POST /read HTTP/1.1\r\n${chunkedHeaders}\r\n\r\n1\r\n{\r\n`),
  ).toMatch(/ 408 /);
});

it('A connection is closed after a response if the body does not arrive in time', async () => {
  const response = await sendAndReceive(
    `GET /unread HTTP/1.1\r\n${HEADERS}\r\nContent-Length: 9\r\n\r\n{`,
  );
  expect(response).toMatch(/^HTTP\/1.1 200 [^]*not read$/);
});

it('A route with a longer time limit receives a slow body', async () => {
  const head = `${HEADERS}\r\nConnection: close\r\nContent-Length: 2`;
  expect(await sendAndReceive(`POST /long HTTP/1.1\r\n${head}\r\n\r\n{`, '}')).toMatch(
    / 200 [^]*{}$/,
  );
});
