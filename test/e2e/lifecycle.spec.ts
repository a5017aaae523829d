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

const createPhoto = (seed: number) =>
  sharp({
    create: { width: 64, height: 64, channels: 3, background: { r: seed * 20, g: 90, b: 10 } },
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
  let testNumber = 0;
  beforeEach(() => (testNumber += 1));

  /** Returns a path unique to this test. */
  const getUniquePath = (name: string) => `/${testNumber}/${name}.jpg`;
  const upload = (...names: string[]) => {
    const rows = names.map(
      (name, i) => `${i + 1},SKU${i + 1},${scenario.origin.url(getUniquePath(name))}`,
    );
    const csv = ['S. No.,Product Name,Input Image Urls', ...rows].join('\n');
    return scenario.api.uploadAccepted(csv, { webhook_url: scenario.origin.url('/hook') });
  };
  const call = async (method: string, id: string, action = '') => {
    const response = await fetch(`${scenario.app.url}/requests/${id}${action}`, { method });
    const text = await response.text();
    const body = (text ? JSON.parse(text) : {}) as { code?: string; [member: string]: unknown };
    return { status: response.status, body, headers: response.headers };
  };
  const listDeliveries = async (id: string) =>
    query<{ id: string; payload: string }>(
      scenario.database.url,
      `SELECT id, payload FROM webhook_deliveries WHERE request_id = '${id}' ORDER BY created_at`,
    );
  const listImageRows = (id: string) =>
    query<Record<string, unknown>>(
      scenario.database.url,
      `SELECT * FROM images WHERE request_id = '${id}' ORDER BY row_number`,
    );
  const isStored = (outputUrl: string) => {
    const name = outputUrl.split('/').at(-1)!;
    return existsSync(join(scenario.app.dataDir, 'artifacts', name.slice(0, 2), name));
  };
  const countStoredFiles = async () =>
    (await readdir(join(scenario.app.dataDir, 'artifacts'), { recursive: true })).filter((name) =>
      name.endsWith('.jpg'),
    ).length;

  it('Canceling a request stops its downloads and keeps its completed images', async () => {
    const slowNames = Array.from({ length: 40 }, (_, i) => `slow${i}`);
    const closedNames: string[] = [];
    for (const name of slowNames) {
      scenario.origin.on(getUniquePath(name), (request, response) => {
        response.on('close', () => closedNames.push(name));
        neverRespond()(request, response);
      });
    }
    scenario.origin.on(getUniquePath('done'), serveFile(await createPhoto(1)));
    const id = await upload('done', ...slowNames);
    await eventually(async () => (await scenario.api.getStatus(id)).progress.completed === 1);
    await eventually(
      () => scenario.origin.requests.filter(({ path }) => path.includes('slow')).length >= 7,
    );

    const { status: httpStatus, body } = await call('POST', id, '/cancel');
    expect([httpStatus, body.status]).toEqual([200, 'cancelled']);
    expect(body.images).toEqual({ total: 41, completed: 1, failed: 0, cancelled: 40 });
    const startedCount = scenario.origin.requests.filter(({ path }) =>
      path.includes('slow'),
    ).length;
    await eventually(() => closedNames.length === startedCount, {
      timeoutMs: 3000,
      description: 'the downloads to end',
    });

    const rowsBefore = await listImageRows(id);
    const statuses = rowsBefore.map((row) => row.status);
    expect(statuses).toEqual(['completed', ...slowNames.map(() => 'cancelled')]);
    const finalStatus = await scenario.api.getStatus(id);
    expect(finalStatus).toMatchObject({ status: 'cancelled', output_csv: expect.any(String) });
    expect(finalStatus.progress.percent).toBe(2.4);
    const { output_url } = finalStatus.products[0].images[0];
    expect(isStored(output_url!)).toBe(true);
    expect((await listDeliveries(id)).map(({ payload }) => JSON.parse(payload).type)).toEqual([
      'request.cancelled',
    ]);

    expect((await call('POST', id, '/cancel')).status).toBe(200);
    // Other requests continue and do not change this one.
    scenario.origin.on(getUniquePath('later'), serveFile(await createPhoto(2)));
    await scenario.api.waitUntilFinal(await upload('later'));
    expect(await listImageRows(id)).toEqual(rowsBefore);
    expect(scenario.origin.requests.filter(({ path }) => path.includes('slow'))).toHaveLength(
      startedCount,
    );
    expect(await listDeliveries(id)).toHaveLength(1);
  });

  it('A request stops within seconds when another process cancels it', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `slow${i}`);
    const closedNames: string[] = [];
    for (const name of names) {
      scenario.origin.on(getUniquePath(name), (request, response) => {
        response.on('close', () => closedNames.push(name));
        neverRespond()(request, response);
      });
    }
    const id = await upload(...names);
    await eventually(() =>
      names.every((name) => scenario.origin.countRequests(getUniquePath(name)) === 1),
    );
    const otherDataSource = await new DataSource(
      dataSourceOptions(scenario.database.url),
    ).initialize();
    const env = new Env();
    const transitions = new RequestTransitionsRepository(
      otherDataSource,
      env,
      new OpenWorkQuota(env),
    );
    expect(await transitions.cancelRequest(id)).toBe('changed');
    await otherDataSource.destroy();
    await eventually(() => closedNames.length === names.length, { timeoutMs: 8000 });
    expect(await scenario.api.getStatus(id)).toMatchObject({
      status: 'cancelled',
      progress: { cancelled: 8 },
    });
    expect((await listImageRows(id)).map((row) => [row.status, row.lease])).toEqual(
      names.map(() => ['cancelled', null]),
    );
  });

  it('Retrying a request downloads only its failed images again and sends another webhook', async () => {
    scenario.origin.on(getUniquePath('good'), serveFile(await createPhoto(3)));
    scenario.origin.onSequence(
      getUniquePath('flaky'),
      sendStatus(404),
      serveFile(await createPhoto(4)),
    );
    scenario.origin.on(getUniquePath('bad'), sendStatus(404));
    // The second `flaky` is a duplicate, which fails and succeeds together with the first one.
    const id = await upload('good', 'flaky', 'flaky', 'bad');
    expect((await scenario.api.waitUntilFinal(id)).progress).toMatchObject({
      completed: 1,
      failed: 3,
    });
    expect((await call('POST', id, '/cancel')).body).toMatchObject({
      code: 'already_finished',
      status: 409,
    });

    const { status: httpStatus, body } = await call('POST', id, '/retry');
    expect([httpStatus, body.status]).toEqual([202, 'pending']);
    expect(body.images).toEqual({ total: 4, completed: 1, failed: 0, cancelled: 0 });
    const retriedStatus = await scenario.api.waitUntilFinal(id);
    expect(retriedStatus.progress).toMatchObject({ completed: 3, failed: 1 });
    expect(
      [getUniquePath('good'), getUniquePath('flaky'), getUniquePath('bad')].map((requestPath) =>
        scenario.origin.countRequests(requestPath),
      ),
    ).toEqual([1, 2, 2]);
    const [first, second, ...extraDeliveries] = await listDeliveries(id);
    expect(extraDeliveries).toEqual([]);
    expect(first.id).not.toBe(second.id);
    expect(JSON.parse(first.payload)).toMatchObject({ data: { completed: 1, failed: 3 } });
    expect(JSON.parse(second.payload)).toMatchObject({ data: { completed: 3, failed: 1 } });
  });

  it('A request cannot be retried while it is running or if no image failed', async () => {
    scenario.origin.on(getUniquePath('good'), serveFile(await createPhoto(5)));
    scenario.origin.on(getUniquePath('slow'), neverRespond());
    const completedId = await upload('good');
    await scenario.api.waitUntilFinal(completedId);
    expect((await call('POST', completedId, '/retry')).body.code).toBe('nothing_to_retry');
    const runningId = await upload('slow');
    const rejection = await call('POST', runningId, '/retry');
    expect([rejection.status, rejection.body.code]).toEqual([409, 'not_finished']);
    expect(Number(rejection.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await call('DELETE', runningId)).status).toBe(204);
  });

  it('Deleting a request removes the files that no other request uses, and GET /status/:id returns 404 immediately', async () => {
    const fileCountBefore = await countStoredFiles();
    scenario.origin.on(getUniquePath('own'), serveFile(await createPhoto(6)));
    scenario.origin.on(getUniquePath('shared'), serveFile(await createPhoto(7)));
    const [id, otherId] = [await upload('own', 'shared'), await upload('shared')];
    const finalStatus = await scenario.api.waitUntilFinal(id);
    const sharedUrl = (await scenario.api.waitUntilFinal(otherId)).products[0].images[0]
      .output_url!;
    const ownUrl = finalStatus.products[0].images[0].output_url!;
    expect(await countStoredFiles()).toBe(fileCountBefore + 2);

    expect((await call('DELETE', id)).status).toBe(204);
    expect((await scenario.api.getJson(`/status/${id}`)).status).toBe(404);
    expect((await call('DELETE', id)).body).toMatchObject({ code: 'request_not_found' });
    await eventually(() => !isStored(ownUrl));
    expect(isStored(sharedUrl)).toBe(true);
    expect(await listImageRows(id)).toEqual([]);
    expect(await countStoredFiles()).toBe(fileCountBefore + 1);
  });

  it('A request can be deleted while it is running', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `slow${i}`);
    for (const name of names) scenario.origin.on(getUniquePath(name), neverRespond());
    const id = await upload(...names);
    await eventually(() => scenario.origin.countRequests(getUniquePath('slow0')) === 1);
    expect((await call('DELETE', id)).status).toBe(204);
    await eventually(async () => (await listImageRows(id)).length === 0);
    expect(await listDeliveries(id)).toEqual([]);
  });

  it('A request is removed with its files once it expires', async () => {
    scenario.origin.on(getUniquePath('old'), serveFile(await createPhoto(8)));
    const id = await upload('old');
    const finalStatus = (await scenario.api.waitUntilFinal(id)) as unknown as Record<
      string,
      string
    >;
    const days =
      (Date.parse(finalStatus.expires_at) - Date.parse(finalStatus.completed_at)) / 86_400_000;
    expect(days).toBe(7);
    const fileCount = await countStoredFiles();
    await query(
      scenario.database.url,
      `UPDATE processing_requests SET expires_at = now() WHERE id = '${id}'`,
    );
    await eventually(async () => (await scenario.api.getJson(`/status/${id}`)).status === 404);
    await eventually(async () => (await countStoredFiles()) === fileCount - 1);
  });

  it.each(['POST /cancel', 'POST /retry', 'DELETE '])(
    'A lifecycle endpoint returns 404 for an unknown ID and 400 for a malformed one: %s',
    async (endpoint) => {
      const [method, action] = endpoint.split(' ');
      const unknownResponse = await call(method, '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f', action);
      expect([unknownResponse.status, unknownResponse.body.code]).toEqual([
        404,
        'request_not_found',
      ]);
      const malformedResponse = await call(method, 'abc', action);
      expect([malformedResponse.status, malformedResponse.body.code]).toEqual([
        400,
        'malformed_id',
      ]);
    },
  );
});
