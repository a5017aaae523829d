import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { file, redirectTo } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/pictures.js';
import { createRedis } from '../support/redis.js';

const SHOP = 'shop-key-0123456789';
const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of the environment!').toString('base64')}`;
const UPLOAD_SECRET = `whsec_${Buffer.from('a secret of this one upload!').toString('base64')}`;
const URL_TOKEN = 'url-token-5f3c1d8e';

let database: TestDatabase;
let origin: OriginServer;
let app: TestApp;

beforeAll(async () => {
  database = await createDatabase();
  origin = await OriginServer.start();
  const picture = await photograph(64, 48).jpeg({ quality: 95 }).toBuffer();
  origin.on('/1.jpg', file(picture));
  origin.on('/redirect.jpg', redirectTo(`ftp://h/?sig=1 "${URL_TOKEN}`));
  app = await startApp({
    databaseUrl: database.url,
    redisUrl: (await createRedis()).url,
    env: {
      API_KEYS: `shop:${SHOP}`,
      WEBHOOK_SECRET,
      IMAGE_URL_TTL: '60',
      // Port 1 refuses every connection.
      OUTBOUND_ALLOW: `${origin.allow},127.0.0.1/32:1`,
      IMAGE_RETRY_SECONDS: '0',
      LOG_LEVEL: 'trace',
    },
  });
});
afterAll(async () => {
  await app?.stop();
  await origin?.close();
  await database?.drop();
});

it('no secret that a run has to do with is in its log, not even at the finest level', async () => {
  const shop = app.api.as(SHOP);
  const csv = [
    'S. No.,Product Name,Input Image Urls',
    `1,SKU1,${origin.url(`/1.jpg?token=${URL_TOKEN}`)}`,
    `2,SKU2,${origin.url(`/missing.jpg?X-Amz-Signature=${URL_TOKEN}`)}`,
    `3,SKU3,http://127.0.0.1:1/down.jpg?sig=${URL_TOKEN}`,
    `4,SKU4,"${origin.url(`/a b""c\\d.jpg?sig=1 ${URL_TOKEN}`)}"`,
    `5,SKU5,"${origin.url(`/fragment.jpg#1 ""${URL_TOKEN}`)}"`,
    `6,SKU6,${origin.url('/redirect.jpg')}`,
    '',
  ].join('\n');
  const hook = `http://127.0.0.1:1/hook?token=${URL_TOKEN}`;
  const id = await shop.accepted(csv, { webhook_url: hook, webhook_secret: UPLOAD_SECRET });
  const status = await shop.untilFinal(id);
  const reasons = status.products.flatMap(({ images }) => images.map(({ error }) => error));
  expect(reasons.filter((reason) => reason !== null)).toHaveLength(5);
  expect(JSON.stringify(reasons)).not.toContain(URL_TOKEN);
  const imageUrl = status.products[0].images[0].output_url!;
  expect((await fetch(imageUrl)).status).toBe(200);
  await fetch(imageUrl.replace('signature=', 'signature=x'));

  const created = await shop.call(`/requests/${id}/token`, { method: 'POST' });
  const { token } = (await created.json()) as { token: string };
  expect((await app.api.get(`/download/${id}?token=${token}`)).status).toBe(200);
  await app.api.get(`/status/${id}?token=${token}`);
  await app.api.get(`/requests?api_key=${SHOP}`);
  await app.api.get('/requests', { Authorization: `Bearer ${SHOP}-wrong` });
  await shop.upload('not a catalog', { webhook_secret: UPLOAD_SECRET });
  await eventually(() => app.logs.some(({ msg }) => msg.startsWith('Webhook not delivered')), {
    what: 'the webhook to be tried',
  });

  const { password } = new URL(database.url);
  expect(password.length).toBeGreaterThan(5);
  const signature = new URL(imageUrl).searchParams.get('signature')!;
  const secrets = { SHOP, WEBHOOK_SECRET, UPLOAD_SECRET, URL_TOKEN, password, token, signature };
  const found = Object.entries(secrets).flatMap(([name, secret]) =>
    app.logText
      .split('\n')
      .filter((line) => line.includes(secret))
      .map((line) => ({ name, line })),
  );
  expect(found).toEqual([]);
  // What the log is for is still in it.
  expect(app.logText).toContain(`/download/${id}?token=***`);
  expect(app.logText).toContain('/missing.jpg?***');
});
