import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { createRedis } from '../support/redis.js';

let database: TestDatabase;
let app: TestApp;

beforeAll(async () => {
  database = await createDatabase();
  app = await startApp({ databaseUrl: database.url, redisUrl: (await createRedis()).url });
});
afterAll(() => database.drop());

const begin = async (bytes: string): Promise<Socket> => {
  const { port, hostname } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
  return socket;
};

/** Says that more comes than does. */
const half = (path: string, type: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 5000\r\n\r\n${body}`;
const FORM =
  '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nS. No.,Product Name';

it('a client that does not send the rest of its call does not hold up the stop', async () => {
  const sockets = await Promise.all([
    begin('GET / HTTP/1.1\r\nHost: x\r\nA:'),
    begin(half('/webhook', 'application/json', '{')),
    begin(half('/preview', 'application/json', '{')),
    begin(half('/upload', 'multipart/form-data; boundary=b', FORM)),
  ]);
  // What came after them was answered: they have been read.
  await eventually(async () => (await app.api.get('/health/live')).ok);

  const asked = Date.now();
  await app.stop();
  expect(Date.now() - asked).toBeLessThan(12_000);
  expect(app.logs.at(-1)).toMatchObject({ msg: 'Stopped' });
  for (const socket of sockets) socket.destroy();
});
