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

/** Builds a call whose Content-Length exceeds the bytes sent. */
const buildPartialPost = (path: string, type: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 5000\r\n\r\n${body}`;
const FORM =
  '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nS. No.,Product Name';
const IMAGE_COUNT = 96;

const isConnectionRefused = (error: Error) =>
  (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';

/** Starts the servers of one test. The tests mostly wait, so they run concurrently. */
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

  const countClaimedImages = async () => {
    const sql = `SELECT count(*)::int AS claimed FROM images WHERE status = 'processing'`;
    const [{ claimed }] = (await query(database.url, sql)) as [{ claimed: number }];
    return claimed;
  };
  return {
    app,
    database,
    origin,
    countClaimedImages,
    /** Opens a connection and sends the beginning of a call. */
    sendPartialCall: async (bytes: string): Promise<Socket> => {
      const { port, hostname } = new URL(app.url);
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(bytes);
      return socket;
    },
    /** Uploads images whose server does not respond, and waits until the app has claimed some. */
    uploadUntilClaimed: async () => {
      origin.on('/1.jpg', neverRespond());
      const paths = Array.from({ length: IMAGE_COUNT }, (_, n) => `/1.jpg?n=${n}`);
      const urls = paths.map((path) => origin.url(path)).join(',');
      await app.api.uploadAccepted(`S. No.,Product Name,Input Image Urls\n1,SKU1,"${urls}"\n`);
      await eventually(async () => (await countClaimedImages()) > 0, {
        description: 'an image to be claimed',
      });
    },
    hasLogged: (text: string) => app.logs.some(({ msg }) => msg.startsWith(text)),
  };
}

describe.concurrent('SIGTERM', { timeout: 120_000 }, () => {
  it('SIGTERM disconnects a client that does not complete its call within the grace period', async (context) => {
    const { app, sendPartialCall } = await setUp(context, { SHUTDOWN_GRACE_SECONDS: '1' });
    const sockets = await Promise.all([
      sendPartialCall('GET / HTTP/1.1\r\nHost: x\r\nA:'),
      sendPartialCall(buildPartialPost('/webhook', 'application/json', '{')),
      sendPartialCall(buildPartialPost('/preview', 'application/json', '{')),
      sendPartialCall(buildPartialPost('/upload', 'multipart/form-data; boundary=b', FORM)),
    ]);
    // The app received this call after the others, so its response shows that it has read them.
    await eventually(async () => (await app.api.get('/health/live')).ok);

    await app.stop();
    expect(app.logs.at(-1)).toMatchObject({ msg: 'Stopped' });
    for (const socket of sockets) socket.destroy();
  });

  it('SIGTERM lets a running upload finish after the app has stopped listening', async (context) => {
    const { app, origin } = await setUp(context, { SHUTDOWN_GRACE_SECONDS: '600' });
    const row = `1,SKU1,${origin.url('/1.jpg')}\r\n`;
    const remainingForm = `,Input Image Urls\r\n${row}--b--\r\n`;
    const upload = request(`${app.url}/upload`, {
      method: 'POST',
      agent: false,
      headers: {
        'Content-Type': 'multipart/form-data; boundary=b',
        'Content-Length': FORM.length + remainingForm.length,
      },
    });
    upload.write(FORM);
    // The app responds to the next call after it has read the headers of the upload.
    await once(upload, 'socket').then(([socket]) => once(socket as Socket, 'connect'));
    await eventually(async () => (await app.api.get('/health/live')).ok);

    app.sendSignal('SIGTERM');
    await eventually(() => app.api.get('/health/live').then(() => false, isConnectionRefused));
    upload.end(remainingForm);
    const [response] = (await once(upload, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(202);
    expect(response.headers.connection).toBe('close');
    response.resume();
    expect(await app.waitForExitCode()).toBe(0);
  });

  it('After SIGTERM, the app immediately reports that it is not ready, and releases its leases while it still serves calls', async (context) => {
    const setup = await setUp(context, { SHUTDOWN_DELAY_SECONDS: '600' });
    const { app, origin, uploadUntilClaimed, countClaimedImages, hasLogged } = setup;
    await uploadUntilClaimed();
    app.sendSignal('SIGTERM');
    const readiness = await eventually(async () => {
      const response = await app.api.getJson('/health/ready');
      return response.status === 503 ? response : undefined;
    });
    expect(readiness.body).toMatchObject({ code: 'app_stopping' });
    expect(readiness.headers.get('connection')).toBe('close');
    await eventually(async () => (await countClaimedImages()) === 0, { timeoutMs: 30_000 });
    const csv = `S. No.,Product Name,Input Image Urls\n2,SKU2,${origin.url('/1.jpg')}\n`;
    expect((await app.api.upload(csv)).status).toBe(202);
    expect((await app.api.get('/health/live')).status).toBe(200);

    // A later signal ends the delay.
    await eventually(
      () => {
        app.sendSignal('SIGTERM');
        return hasLogged('Stopping without further delay');
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
    'A second signal less than 1 s after the first (%s) is ignored, and no lease remains',
    async ([, signals], context) => {
      const { app, uploadUntilClaimed, countClaimedImages, hasLogged } = await setUp(context);
      await uploadUntilClaimed();
      app.sendSignal(signals[0]);
      await eventually(() => hasLogged('Stopping'));
      app.sendSignal(signals[1]);
      expect(await app.waitForExitCode()).toBe(0);
      expect(await countClaimedImages()).toBe(0);
    },
  );

  it('SIGTERM ends event streams with a reconnect delay', async (context) => {
    const { app, database, uploadUntilClaimed } = await setUp(context);
    await uploadUntilClaimed();
    const [{ id }] = (await query(database.url, 'SELECT id FROM processing_requests')) as [
      { id: string },
    ];
    const events = await app.api.get(`/requests/${id}/events`);
    await app.stop();
    expect(await events.text()).toMatch(/\nretry: \d{4}\n\n$/);
  });
});
