import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, type TestContext } from 'vitest';
import { startApp, type StartOptions } from '../support/app.js';
import { createDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { neverRespond } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { query } from '../support/embedded-servers-fixture.js';
import { createRedis } from '../support/redis.js';

/** Announces more bytes than it sends. */
const half = (path: string, type: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 5000\r\n\r\n${body}`;
const FORM =
  '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nS. No.,Product Name';
const IMAGES = 96;

const isRefused = (error: Error) =>
  (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';

/** Starts what one test needs. The tests wait most of the time, so they run at the same time. */
async function setUp({ onTestFinished }: TestContext, env: StartOptions['env'] = {}) {
  const database = await createDatabase();
  onTestFinished(() => database.drop());
  const origin = await OriginServer.start();
  onTestFinished(() => origin.close());
  const app = await startApp({
    databaseUrl: database.url,
    redisUrl: (await createRedis()).url,
    env: { OUTBOUND_ALLOW: origin.allow, ...env },
  });
  onTestFinished(async () => {
    if (!app.hasEnded) await app.kill();
  });

  const heldImages = async () => {
    const sql = `SELECT count(*)::int AS held FROM images WHERE status = 'processing'`;
    const [{ held }] = (await query(database.url, sql)) as [{ held: number }];
    return held;
  };
  return {
    app,
    database,
    origin,
    heldImages,
    /** Opens a connection and sends the beginning of a call. */
    begin: async (bytes: string): Promise<Socket> => {
      const { port, hostname } = new URL(app.url);
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(bytes);
      return socket;
    },
    /** Uploads images whose server does not answer, and waits until the app holds leases of some. */
    holdImages: async () => {
      origin.on('/1.jpg', neverRespond());
      const paths = Array.from({ length: IMAGES }, (_, n) => `/1.jpg?n=${n}`);
      const urls = paths.map((path) => origin.url(path)).join(',');
      await app.api.uploadAccepted(`S. No.,Product Name,Input Image Urls\n1,SKU1,"${urls}"\n`);
      await eventually(async () => (await heldImages()) > 0, {
        description: 'an image under lease',
      });
    },
    logged: (text: string) => app.logs.some(({ msg }) => msg.startsWith(text)),
  };
}

describe.concurrent('SIGTERM', { timeout: 120_000 }, () => {
  it('SIGTERM disconnects a client that does not complete its call within the grace period', async (context) => {
    const { app, begin } = await setUp(context, { SHUTDOWN_GRACE_SECONDS: '1' });
    const sockets = await Promise.all([
      begin('GET / HTTP/1.1\r\nHost: x\r\nA:'),
      begin(half('/webhook', 'application/json', '{')),
      begin(half('/preview', 'application/json', '{')),
      begin(half('/upload', 'multipart/form-data; boundary=b', FORM)),
    ]);
    // This call came after them. Its response shows that they have been read.
    await eventually(async () => (await app.api.get('/health/live')).ok);

    await app.stop();
    expect(app.logs.at(-1)).toMatchObject({ msg: 'Stopped' });
    for (const socket of sockets) socket.destroy();
  });

  it('SIGTERM lets a running upload finish after the app has stopped listening', async (context) => {
    const { app, origin } = await setUp(context, { SHUTDOWN_GRACE_SECONDS: '600' });
    const row = `1,SKU1,${origin.url('/1.jpg')}\r\n`;
    const rest = `,Input Image Urls\r\n${row}--b--\r\n`;
    const upload = request(`${app.url}/upload`, {
      method: 'POST',
      agent: false,
      headers: {
        'Content-Type': 'multipart/form-data; boundary=b',
        'Content-Length': FORM.length + rest.length,
      },
    });
    upload.write(FORM);
    // The next call is answered after the head of the upload has been read.
    await once(upload, 'socket').then(([socket]) => once(socket as Socket, 'connect'));
    await eventually(async () => (await app.api.get('/health/live')).ok);

    app.sendSignal('SIGTERM');
    await eventually(() => app.api.get('/health/live').then(() => false, isRefused));
    upload.end(rest);
    const [answer] = (await once(upload, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(202);
    expect(answer.headers.connection).toBe('close');
    answer.resume();
    expect(await app.waitForExitCode()).toBe(0);
  });

  it('SIGTERM makes the app unready at once and releases its leases while it still serves calls', async (context) => {
    const test = await setUp(context, { SHUTDOWN_DELAY_SECONDS: '600' });
    const { app, origin, holdImages, heldImages, logged } = test;
    await holdImages();
    app.sendSignal('SIGTERM');
    const ready = await eventually(async () => {
      const answer = await app.api.getJson('/health/ready');
      return answer.status === 503 ? answer : undefined;
    });
    expect(ready.body).toMatchObject({ code: 'app_stopping' });
    expect(ready.headers.get('connection')).toBe('close');
    await eventually(async () => (await heldImages()) === 0, { timeoutMs: 30_000 });
    const csv = `S. No.,Product Name,Input Image Urls\n2,SKU2,${origin.url('/1.jpg')}\n`;
    expect((await app.api.upload(csv)).status).toBe(202);
    expect((await app.api.get('/health/live')).status).toBe(200);

    // A signal that comes later ends the delay.
    await eventually(
      () => {
        app.sendSignal('SIGTERM');
        return logged('Stopping without further delay');
      },
      { intervalMs: 200 },
    );
    expect(await app.waitForExitCode()).toBe(0);
  });

  it.for([
    ['SIGTERM twice', ['SIGTERM', 'SIGTERM']],
    ['SIGINT twice', ['SIGINT', 'SIGINT']],
    ['SIGTERM and SIGINT', ['SIGTERM', 'SIGINT']],
  ] as const)(
    'SIGTERM sent as %s within a second counts as one signal and leaves no lease',
    async ([, signals], context) => {
      const { app, holdImages, heldImages, logged } = await setUp(context);
      await holdImages();
      app.sendSignal(signals[0]);
      await eventually(() => logged('Stopping'));
      app.sendSignal(signals[1]);
      expect(await app.waitForExitCode()).toBe(0);
      expect(await heldImages()).toBe(0);
    },
  );

  it('SIGTERM ends event streams with a reconnect delay', async (context) => {
    const { app, database, holdImages } = await setUp(context);
    await holdImages();
    const [{ id }] = (await query(database.url, 'SELECT id FROM processing_requests')) as [
      { id: string },
    ];
    const events = await app.api.get(`/requests/${id}/events`);
    await app.stop();
    expect(await events.text()).toMatch(/\nretry: \d{4}\n\n$/);
  });
});
