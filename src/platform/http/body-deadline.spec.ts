import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import express from 'express';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bodyDeadline, clearBodyDeadline } from './body-deadline.js';

const HEAD = 'Host: x\r\nContent-Type: application/json';

let server: Server;
let abortedRequests = 0;

beforeAll(async () => {
  const app = express();
  app.use(bodyDeadline(100));
  app.post('/read', express.raw({ type: () => true }), (_request, response) => {
    response.send('all is there');
  });
  app.post('/piped', (request) => {
    request.pipe(new PassThrough());
    request.once('aborted', () => (abortedRequests += 1));
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

/** Sends these bytes, and `later` after 200 ms. Returns the response until the connection closes. */
async function sendAndReceive(bytes: string, later?: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(bytes);
  if (later) setTimeout(() => socket.write(later), 200);
  return text(socket);
}

it('A client that stops sending its body receives an error before its connection is closed', async () => {
  const answer = await sendAndReceive(
    `POST /read HTTP/1.1\r\n${HEAD}\r\nContent-Length: 9\r\n\r\n{`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(answer).toMatch('application/problem+json');
  expect(answer).toMatch('"code":"request_too_slow"');
});

it('A handler that reads the body receives an error when the client stops sending', async () => {
  await sendAndReceive(`POST /piped HTTP/1.1\r\n${HEAD}\r\nContent-Length: 9\r\n\r\n{`);
  await vi.waitFor(() => expect(abortedRequests).toBe(1));
});

it('A chunked body is subject to the same deadline', async () => {
  const chunked = `${HEAD}\r\nTransfer-Encoding: chunked`;
  expect(await sendAndReceive(`POST /read HTTP/1.1\r\n${chunked}\r\n\r\n1\r\n{\r\n`)).toMatch(
    / 408 /,
  );
});

it('A connection is closed after a response that did not read the body', async () => {
  const answer = await sendAndReceive(
    `GET /unread HTTP/1.1\r\n${HEAD}\r\nContent-Length: 9\r\n\r\n{`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 200 [^]*not read$/);
});

it('A route with a longer time limit receives a slow body', async () => {
  const head = `${HEAD}\r\nConnection: close\r\nContent-Length: 2`;
  expect(await sendAndReceive(`POST /long HTTP/1.1\r\n${head}\r\n\r\n{`, '}')).toMatch(
    / 200 [^]*{}$/,
  );
});
