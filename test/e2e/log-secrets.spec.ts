import { beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { serveFile, redirectTo } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

const SHOP_KEY = 'shop-key-0123456789';
const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of the environment!').toString('base64')}`;
const UPLOAD_SECRET = `whsec_${Buffer.from('a secret of this one upload!').toString('base64')}`;
const URL_TOKEN = 'url-token-5f3c1d8e';

const scenario = Scenario.forThisFile({
  origin: true,
  env: ({ origin }) => ({
    API_KEYS: `shop:${SHOP_KEY}`,
    WEBHOOK_SECRET,
    IMAGE_URL_TTL: '60',
    // Port 1 refuses every connection.
    OUTBOUND_ALLOW: `${origin.allow},127.0.0.1/32:1`,
    IMAGE_RETRY_SECONDS: '0',
    LOG_LEVEL: 'trace',
  }),
});

beforeAll(async () => {
  const photo = await photograph(64, 48).jpeg({ quality: 95 }).toBuffer();
  scenario.origin.on('/1.jpg', serveFile(photo));
  scenario.origin.on('/redirect.jpg', redirectTo(`ftp://h/?sig=1 "${URL_TOKEN}`));
});

it('The log contains no secrets, even at trace level', async () => {
  const shop = scenario.api.withKey(SHOP_KEY);
  const csv = [
    'S. No.,Product Name,Input Image Urls',
    `1,SKU1,${scenario.origin.url(`/1.jpg?token=${URL_TOKEN}`)}`,
    `2,SKU2,${scenario.origin.url(`/missing.jpg?X-Amz-Signature=${URL_TOKEN}`)}`,
    `3,SKU3,http://127.0.0.1:1/down.jpg?sig=${URL_TOKEN}`,
    `4,SKU4,"${scenario.origin.url(`/a b""c\\d.jpg?sig=1 ${URL_TOKEN}`)}"`,
    `5,SKU5,"${scenario.origin.url(`/fragment.jpg#1 ""${URL_TOKEN}`)}"`,
    `6,SKU6,${scenario.origin.url('/redirect.jpg')}`,
    '',
  ].join('\n');
  const hook = `http://127.0.0.1:1/hook?token=${URL_TOKEN}`;
  const id = await shop.uploadAccepted(csv, { webhook_url: hook, webhook_secret: UPLOAD_SECRET });
  const status = await shop.waitUntilFinal(id);
  const reasons = status.products.flatMap(({ images }) => images.map(({ error }) => error));
  expect(reasons.filter((reason) => reason !== null)).toHaveLength(5);
  expect(JSON.stringify(reasons)).not.toContain(URL_TOKEN);
  const imageUrl = status.products[0].images[0].output_url!;
  expect((await fetch(imageUrl)).status).toBe(200);
  await fetch(imageUrl.replace('signature=', 'signature=x'));

  const tokenResponse = await shop.call(`/requests/${id}/token`, { method: 'POST' });
  const { token } = (await tokenResponse.json()) as { token: string };
  expect((await scenario.api.get(`/download/${id}?token=${token}`)).status).toBe(200);
  await scenario.api.get(`/status/${id}?token=${token}`);
  await scenario.api.get(`/requests?api_key=${SHOP_KEY}`);
  await scenario.api.get('/requests', { Authorization: `Bearer ${SHOP_KEY}-wrong` });
  await shop.upload('not a catalog', { webhook_secret: UPLOAD_SECRET });
  await eventually(
    () => scenario.app.logs.some(({ msg }) => msg.startsWith('Webhook delivery failed')),
    {
      description: 'the webhook to be attempted',
    },
  );

  const { password } = new URL(scenario.database.url);
  expect(password.length).toBeGreaterThan(5);
  const signature = new URL(imageUrl).searchParams.get('signature')!;
  const secrets = {
    SHOP_KEY,
    WEBHOOK_SECRET,
    UPLOAD_SECRET,
    URL_TOKEN,
    password,
    token,
    signature,
  };
  const leaks = Object.entries(secrets).flatMap(([name, secret]) =>
    scenario.app.logText
      .split('\n')
      .filter((line) => line.includes(secret))
      .map((line) => ({ name, line })),
  );
  expect(leaks).toEqual([]);
  // The log still contains the paths, without the secrets.
  expect(scenario.app.logText).toContain(`/download/${id}?token=***`);
  expect(scenario.app.logText).toContain('/missing.jpg?***');
});
