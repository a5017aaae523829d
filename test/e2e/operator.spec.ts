import { Client } from 'pg';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/platform/config/version.js';
import { eventually } from '../support/eventually.js';
import { serveFile, sendStatus } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

const SHOP = 'shop-key-0123456789';
const STUDIO = 'studio-key-0123456789';
const OPS = 'ops-key-0123456789';

const scenario = Scenario.forThisFile({
  origin: true,
  receiver: true,
  env: { API_KEYS: `shop:${SHOP},studio:${STUDIO}`, ADMIN_API_KEY: `ops:${OPS}` },
});
let host: string;

beforeAll(async () => {
  const image = await photograph(120, 90).jpeg({ quality: 95 }).toBuffer();
  const damaged = await photograph(600, 400).png().toBuffer();
  scenario.origin
    .on('/1.jpg', serveFile(image))
    .on('/2.jpg', sendStatus(404))
    .on('/damaged.png', serveFile(damaged.fill(0x55, damaged.length / 2)));
  ({ host } = new URL(scenario.origin.url('/')));
});

const get = async <T = Record<string, unknown>>(path: string): Promise<T> => {
  const { status, body } = await scenario.api.withKey(OPS).getJson<T>(`/operator${path}`);
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return body;
};
const pause = (kind: string, name: string, reason = '') =>
  scenario.api.withKey(OPS).call('/operator/pauses', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ kind, name, reason }),
  });
const resume = (kind: string, name: string) =>
  scenario.api
    .withKey(OPS)
    .call(`/operator/pauses?${new URLSearchParams({ kind, name }).toString()}`, {
      method: 'DELETE',
    });
const upload = (fields: Record<string, string> = {}) =>
  scenario.api
    .withKey(SHOP)
    .uploadAccepted(
      `S. No.,Product Name,Input Image Urls\n1,A,${scenario.origin.url('/1.jpg')}\n2,B,${scenario.origin.url('/2.jpg')}\n`,
      fields,
    );
const codesOf = async (id: string) => {
  const { reasons } = await get<{ reasons: { code: string }[] }>(`/requests/${id}/waiting`);
  return reasons.map(({ code }) => code);
};
const pausesOf = async (id: string) => {
  const status: object = await scenario.api.withKey(SHOP).getStatus(id, '?limit=0');
  return (status as { pauses: object[] }).pauses;
};
/** The reason `origin_paused` appears earlier, when the dispatcher has not parked the images yet. */
const untilParked = (id: string) =>
  eventually(async () => (await pausesOf(id)).length > 0, {
    description: 'the images to be parked',
  });

describe('A paused origin', () => {
  let id: string;

  beforeAll(async () => {
    await pause('origin', host, 'It moves.');
    id = await upload();
    await untilParked(id);
  });

  it('A paused origin keeps its images waiting, and their request reports the reason', async () => {
    expect(await pausesOf(id)).toMatchObject([
      {
        kind: 'origin',
        name: host,
        message: `The administrator paused downloads from ${host}: It moves.`,
      },
    ]);
    expect(await get('/origins')).toMatchObject({
      origins: [{ host, images_waiting: 2, is_paused: true, reason: 'Paused by ops: It moves.' }],
      is_partial: false,
      next_cursor: null,
    });
    expect(await get('/owners')).toMatchObject({
      owners: [{ owner: 'shop', open_requests: 1, images_waiting: 2, images_in_progress: 0 }],
    });
  });

  it('A paused origin keeps its images after a restart, and continues when it is resumed', async () => {
    await scenario.app.stop();
    await scenario.restart();
    expect(await codesOf(id)).toContain('origin_paused');
    expect((await scenario.api.withKey(SHOP).getStatus(id)).progress).toMatchObject({
      completed: 0,
    });
    expect((await resume('origin', host)).status).toBe(204);
    const { progress } = await scenario.api.withKey(SHOP).waitUntilFinal(id);
    expect(progress).toMatchObject({ completed: 1, failed: 1 });
    expect(await codesOf(id)).toEqual(['ended']);
  });

  it('A paused origin appears in the action list and in the log, with the name of the operator', async () => {
    expect(await get('/actions?limit=2')).toMatchObject({
      actions: [
        { operator: 'ops', action: 'resume', kind: 'origin', name: host },
        { operator: 'ops', action: 'pause', kind: 'origin', name: host, reason: 'It moves.' },
      ],
    });
    const logged = scenario.app.logs.find(({ msg }) => msg === `Resumed origin "${host}"`);
    expect(logged).toMatchObject({ operator: 'ops', kind: 'origin', name: host });
  });
});

describe('The operator API', () => {
  beforeEach(() => resume('owner', 'shop'));

  it('The operator API pauses an owner until it is resumed', async () => {
    await pause('owner', 'shop');
    const id = await upload();
    expect(await codesOf(id)).toContain('owner_paused');
    expect((await scenario.api.withKey(SHOP).getStatus(id)).status).toBe('pending');
    await resume('owner', 'shop');
    await scenario.api.withKey(SHOP).waitUntilFinal(id);
  });

  it('The operator API lists this process with its version, and no image as stuck', async () => {
    const { workers } = await get<{ workers: object[] }>('/workers');
    expect(workers).toMatchObject([
      { role: 'all', version: VERSION, pid: expect.any(Number), storage_error: null },
    ]);
    expect(await get('/stuck-images?seconds=1')).toEqual({ images: [], next_cursor: null });
  });

  it('The operator API reports the cost of an owner', async () => {
    const id = await upload();
    await scenario.api.withKey(SHOP).waitUntilFinal(id);
    await eventually(async () => {
      const { owners } = await get<{ owners: Record<string, number>[] }>('/usage?days=2');
      const [usage] = owners;
      expect(usage).toMatchObject({ owner: 'shop' });
      expect(usage.images_completed).toBeGreaterThan(0);
      expect(usage.images_failed).toBeGreaterThan(0);
      expect(usage.bytes_in).toBeGreaterThan(usage.bytes_out);
      return true;
    });
  });

  it('The operator API shows the storage that the images of an owner use', async () => {
    await scenario.api.withKey(SHOP).waitUntilFinal(await upload());
    const storage = await get<{ owners: { owner: string; bytes: number }[]; used_bytes: number }>(
      '/usage/storage',
    );
    expect(storage).toMatchObject({ owners: [{ owner: 'shop' }], max_bytes: null });
    // All uploads have the same image.
    expect(storage.owners[0].bytes).toBe(storage.used_bytes);
    expect(storage.used_bytes).toBeGreaterThan(0);
  });

  it('The operator API counts the compression time of an image that fails', async () => {
    const api = scenario.api.withKey(STUDIO);
    const row = `1,A,${scenario.origin.url('/damaged.png')}`;
    const id = await api.uploadAccepted(`S. No.,Product Name,Input Image Urls\n${row}\n`);
    expect((await api.waitUntilFinal(id)).progress).toMatchObject({ completed: 0, failed: 1 });
    const sql = new Client({ connectionString: scenario.database.url });
    await sql.connect();
    try {
      await eventually(async () => {
        const { rows } = await sql.query<{ compression_ms: string }>(
          `SELECT compression_ms FROM owner_usage WHERE owner = 'studio' AND compression_ms > 0`,
        );
        return rows.length > 0;
      });
    } finally {
      await sql.end();
    }
  });

  it('The operator API reports a webhook that the receiver rejected', async () => {
    const hook = scenario.receiver.addEndpoint().respondWith(sendStatus(500));
    const id = await upload({ webhook_url: hook.url });
    await scenario.api.withKey(SHOP).waitUntilFinal(id);
    await eventually(async () => {
      const { reasons } = await get<{ reasons: { code: string; message: string }[] }>(
        `/requests/${id}/waiting`,
      );
      expect(reasons.at(-1)?.message).toMatch(/^Its webhook has failed 1 time; .*500/);
      return true;
    });
  });

  it('The operator API accepts a URL as the name of an origin', async () => {
    const response = await pause('origin', 'https://Shop.Example:443/any.jpg');
    expect([response.status, await response.json()]).toMatchObject([
      201,
      { kind: 'origin', name: 'shop.example', paused_by: 'ops' },
    ]);
    await resume('origin', 'shop.example');
  });

  it('The operator API pages its lists with a cursor', async () => {
    await pause('origin', 'a.example');
    await pause('origin', 'b.example');
    const first = await get<{ pauses: object[]; next_cursor: string }>('/pauses?limit=1');
    expect(first.pauses).toMatchObject([{ name: 'a.example' }]);
    const next = await get(`/pauses?limit=1&cursor=${first.next_cursor}`);
    expect(next).toMatchObject({ pauses: [{ name: 'b.example' }], next_cursor: null });
    await resume('origin', 'a.example');
    await resume('origin', 'b.example');
  });

  it.each([
    ['/owners?limit=0', 400, 'invalid_parameter'],
    ['/owners?cursor=bm90IGEgY3Vyc29y', 400, 'invalid_parameter'],
    ['/stuck-images?seconds=0', 400, 'invalid_parameter'],
    ['/usage?days=400', 400, 'invalid_parameter'],
    ['/requests/abc/waiting', 400, 'malformed_id'],
    ['/requests/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f/waiting', 404, 'request_not_found'],
  ])('The operator API answers %s with %i (%s)', async (path, code, problem) => {
    const { status, body } = await scenario.api.withKey(OPS).getJson(`/operator${path}`);
    expect([status, body.code]).toEqual([code, problem]);
  });

  it.each([
    ['an unknown kind', 'request', 'x', 400],
    ['a name that is not a host', 'origin', 'no host', 400],
    ['an empty host', 'origin', '', 400],
  ])('The operator API rejects a pause of %s', async (_, kind, name, code) => {
    expect((await pause(kind, name)).status).toBe(code);
  });

  it('The operator API answers 404 (pause_not_found) when it ends a pause that does not exist', async () => {
    const response = await resume('origin', 'never-paused.example');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'pause_not_found' });
  });
});
