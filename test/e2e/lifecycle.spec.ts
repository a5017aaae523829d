import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { DataSource } from 'typeorm';
import { Env } from '../../src/platform/config/env.js';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { OpenWorkQuota } from '../../src/platform/database/open-work-quota.js';
import { RequestTransitionsRepository } from '../../src/platform/database/repositories/request-transitions.js';
import { eventually } from '../support/eventually.js';
import { serveFile, neverRespond, sendStatus } from '../support/origin-behaviors.js';
import { query } from '../support/embedded-servers-fixture.js';
import { Scenario } from '../support/scenario.js';

const photo = (hue: number) =>
  sharp({
    create: { width: 64, height: 64, channels: 3, background: { r: hue * 20, g: 90, b: 10 } },
  })
    .jpeg({ quality: 95 })
    .toBuffer();

describe('A request', () => {
  const scenario = Scenario.forThisFile({
    origin: true,
    env: {
      IMAGE_ATTEMPTS: '1',
      DOWNLOAD_CONCURRENCY_PER_HOST: '8',
      RETENTION_DAYS: '7',
    },
  });
  let serial = 0;
  beforeEach(() => (serial += 1));

  /** Paths of this test's own, so that no other request has fetched them. */
  const path = (name: string) => `/${serial}/${name}.jpg`;
  const upload = (...names: string[]) => {
    const rows = names.map((name, i) => `${i + 1},SKU${i + 1},${scenario.origin.url(path(name))}`);
    const csv = ['S. No.,Product Name,Input Image Urls', ...rows].join('\n');
    return scenario.api.uploadAccepted(csv, { webhook_url: scenario.origin.url('/hook') });
  };
  const call = async (method: string, id: string, action = '') => {
    const response = await fetch(`${scenario.app.url}/requests/${id}${action}`, { method });
    const text = await response.text();
    const body = (text ? JSON.parse(text) : {}) as { code?: string; [member: string]: unknown };
    return { status: response.status, body, headers: response.headers };
  };
  const deliveries = async (id: string) =>
    query<{ id: string; payload: string }>(
      scenario.database.url,
      `SELECT id, payload FROM webhook_deliveries WHERE request_id = '${id}' ORDER BY created_at`,
    );
  const imageRows = (id: string) =>
    query<Record<string, unknown>>(
      scenario.database.url,
      `SELECT * FROM images WHERE request_id = '${id}' ORDER BY row_number`,
    );
  const isStored = (outputUrl: string) => {
    const name = outputUrl.split('/').at(-1)!;
    return existsSync(join(scenario.app.dataDir, 'artifacts', name.slice(0, 2), name));
  };
  const storedFiles = async () =>
    (await readdir(join(scenario.app.dataDir, 'artifacts'), { recursive: true })).filter((name) =>
      name.endsWith('.jpg'),
    ).length;

  it('A request can be canceled: downloads stop, and finished images stay', async () => {
    const slow = Array.from({ length: 40 }, (_, i) => `slow${i}`);
    const closed: string[] = [];
    for (const name of slow) {
      scenario.origin.on(path(name), (request, response) => {
        response.on('close', () => closed.push(name));
        neverRespond()(request, response);
      });
    }
    scenario.origin.on(path('done'), serveFile(await photo(1)));
    const id = await upload('done', ...slow);
    await eventually(async () => (await scenario.api.getStatus(id)).progress.completed === 1);
    await eventually(
      () => scenario.origin.requests.filter(({ path }) => path.includes('slow')).length >= 7,
    );

    const { status: code, body } = await call('POST', id, '/cancel');
    expect([code, body.status]).toEqual([200, 'cancelled']);
    expect(body.images).toEqual({ total: 41, completed: 1, failed: 0, cancelled: 40 });
    const begun = scenario.origin.requests.filter(({ path }) => path.includes('slow')).length;
    await eventually(() => closed.length === begun, {
      timeoutMs: 3000,
      description: 'downloads to end',
    });

    const before = await imageRows(id);
    const statuses = before.map((row) => row.status);
    expect(statuses).toEqual(['completed', ...slow.map(() => 'cancelled')]);
    const ended = await scenario.api.getStatus(id);
    expect(ended).toMatchObject({ status: 'cancelled', output_csv: expect.any(String) });
    expect(ended.progress.percent).toBe(2.4);
    const { output_url } = ended.products[0].images[0];
    expect(isStored(output_url!)).toBe(true);
    expect((await deliveries(id)).map(({ payload }) => JSON.parse(payload).type)).toEqual([
      'request.cancelled',
    ]);

    expect((await call('POST', id, '/cancel')).status).toBe(200);
    // The other requests continue, and have changed nothing of this one.
    scenario.origin.on(path('later'), serveFile(await photo(2)));
    await scenario.api.waitUntilFinal(await upload('later'));
    expect(await imageRows(id)).toEqual(before);
    expect(scenario.origin.requests.filter(({ path }) => path.includes('slow'))).toHaveLength(
      begun,
    );
    expect(await deliveries(id)).toHaveLength(1);
  });

  it('A request stops within seconds when another app cancels it', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `slow${i}`);
    const closed: string[] = [];
    for (const name of names) {
      scenario.origin.on(path(name), (request, response) => {
        response.on('close', () => closed.push(name));
        neverRespond()(request, response);
      });
    }
    const id = await upload(...names);
    await eventually(() => names.every((name) => scenario.origin.countRequests(path(name)) === 1));
    const other = await new DataSource(dataSourceOptions(scenario.database.url)).initialize();
    const env = new Env();
    const moves = new RequestTransitionsRepository(other, env, new OpenWorkQuota(env));
    expect(await moves.cancel(id)).toBe('moved');
    await other.destroy();
    await eventually(() => closed.length === names.length, { timeoutMs: 8000 });
    expect(await scenario.api.getStatus(id)).toMatchObject({
      status: 'cancelled',
      progress: { cancelled: 8 },
    });
    expect((await imageRows(id)).map((row) => [row.status, row.lease])).toEqual(
      names.map(() => ['cancelled', null]),
    );
  });

  it('A request can be retried: only failed images are downloaded again, and another webhook is sent', async () => {
    scenario.origin.on(path('good'), serveFile(await photo(3)));
    scenario.origin.onSequence(path('flaky'), sendStatus(404), serveFile(await photo(4)));
    scenario.origin.on(path('bad'), sendStatus(404));
    // `flaky` twice: the duplicate fails and succeeds with its first image.
    const id = await upload('good', 'flaky', 'flaky', 'bad');
    expect((await scenario.api.waitUntilFinal(id)).progress).toMatchObject({
      completed: 1,
      failed: 3,
    });
    expect((await call('POST', id, '/cancel')).body).toMatchObject({
      code: 'already_finished',
      status: 409,
    });

    const { status: code, body } = await call('POST', id, '/retry');
    expect([code, body.status]).toEqual([202, 'pending']);
    expect(body.images).toEqual({ total: 4, completed: 1, failed: 0, cancelled: 0 });
    const again = await scenario.api.waitUntilFinal(id);
    expect(again.progress).toMatchObject({ completed: 3, failed: 1 });
    expect(
      [path('good'), path('flaky'), path('bad')].map((one) => scenario.origin.countRequests(one)),
    ).toEqual([1, 2, 2]);
    const [first, second, ...others] = await deliveries(id);
    expect(others).toEqual([]);
    expect(first.id).not.toBe(second.id);
    expect(JSON.parse(first.payload)).toMatchObject({ data: { completed: 1, failed: 3 } });
    expect(JSON.parse(second.payload)).toMatchObject({ data: { completed: 3, failed: 1 } });
  });

  it('A request cannot be retried while it runs or when nothing failed', async () => {
    scenario.origin.on(path('good'), serveFile(await photo(5)));
    scenario.origin.on(path('slow'), neverRespond());
    const done = await upload('good');
    await scenario.api.waitUntilFinal(done);
    expect((await call('POST', done, '/retry')).body.code).toBe('nothing_to_retry');
    const running = await upload('slow');
    const refused = await call('POST', running, '/retry');
    expect([refused.status, refused.body.code]).toEqual([409, 'not_finished']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await call('DELETE', running)).status).toBe(204);
  });

  it('A request can be deleted: its unshared files are removed, and its id is unknown at once', async () => {
    const filesBefore = await storedFiles();
    scenario.origin.on(path('own'), serveFile(await photo(6)));
    scenario.origin.on(path('shared'), serveFile(await photo(7)));
    const [id, other] = [await upload('own', 'shared'), await upload('shared')];
    const ended = await scenario.api.waitUntilFinal(id);
    const kept = (await scenario.api.waitUntilFinal(other)).products[0].images[0].output_url!;
    const own = ended.products[0].images[0].output_url!;
    expect(await storedFiles()).toBe(filesBefore + 2);

    expect((await call('DELETE', id)).status).toBe(204);
    expect((await scenario.api.getJson(`/status/${id}`)).status).toBe(404);
    expect((await call('DELETE', id)).body).toMatchObject({ code: 'request_not_found' });
    await eventually(() => !isStored(own));
    expect(isStored(kept)).toBe(true);
    expect(await imageRows(id)).toEqual([]);
    expect(await storedFiles()).toBe(filesBefore + 1);
  });

  it('A request can be deleted while it runs', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `slow${i}`);
    for (const name of names) scenario.origin.on(path(name), neverRespond());
    const id = await upload(...names);
    await eventually(() => scenario.origin.countRequests(path('slow0')) === 1);
    expect((await call('DELETE', id)).status).toBe(204);
    await eventually(async () => (await imageRows(id)).length === 0);
    expect(await deliveries(id)).toEqual([]);
  });

  it('A request expires at the announced time and is removed with its files', async () => {
    scenario.origin.on(path('old'), serveFile(await photo(8)));
    const id = await upload('old');
    const ended = (await scenario.api.waitUntilFinal(id)) as unknown as Record<string, string>;
    const days = (Date.parse(ended.expires_at) - Date.parse(ended.completed_at)) / 86_400_000;
    expect(days).toBe(7);
    const files = await storedFiles();
    await query(
      scenario.database.url,
      `UPDATE processing_requests SET expires_at = now() WHERE id = '${id}'`,
    );
    await eventually(async () => (await scenario.api.getJson(`/status/${id}`)).status === 404);
    await eventually(async () => (await storedFiles()) === files - 1);
  });

  it.each(['POST /cancel', 'POST /retry', 'DELETE '])(
    'A request endpoint answers 404 or 400 to %s',
    async (what) => {
      const [method, action] = what.split(' ');
      const unknown = await call(method, '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f', action);
      expect([unknown.status, unknown.body.code]).toEqual([404, 'request_not_found']);
      const malformed = await call(method, 'abc', action);
      expect([malformed.status, malformed.body.code]).toEqual([400, 'malformed_id']);
    },
  );
});
