import { Client } from 'pg';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/platform/config/version.js';
import { eventually } from '../support/eventually.js';
import { serveFile, sendStatus } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

const SHOP_KEY = 'shop-key-0123456789';
const STUDIO_KEY = 'studio-key-0123456789';
const ADMIN_KEY = 'ops-key-0123456789';

const scenario = Scenario.forThisFile({
  origin: true,
  receiver: true,
  env: { API_KEYS: `shop:${SHOP_KEY},studio:${STUDIO_KEY}`, ADMIN_API_KEY: `ops:${ADMIN_KEY}` },
});
let originHost: string;

beforeAll(async () => {
  const image = await photograph(120, 90).jpeg({ quality: 95 }).toBuffer();
  const damagedImage = await photograph(600, 400).png().toBuffer();
  scenario.origin
    .on('/1.jpg', serveFile(image))
    .on('/2.jpg', sendStatus(404))
    .on('/damaged.png', serveFile(damagedImage.fill(0x55, damagedImage.length / 2)));
  ({ host: originHost } = new URL(scenario.origin.url('/')));
});

const getOperatorData = async <T = Record<string, unknown>>(path: string): Promise<T> => {
  const { status, body } = await scenario.api.withKey(ADMIN_KEY).getJson<T>(`/operator${path}`);
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return body;
};
const pause = (kind: string, name: string, reason = '') =>
  scenario.api.withKey(ADMIN_KEY).call('/operator/pauses', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ kind, name, reason }),
  });
const resume = (kind: string, name: string) =>
  scenario.api
    .withKey(ADMIN_KEY)
    .call(`/operator/pauses?${new URLSearchParams({ kind, name }).toString()}`, {
      method: 'DELETE',
    });
const upload = (fields: Record<string, string> = {}) =>
  scenario.api
    .withKey(SHOP_KEY)
    .uploadAccepted(
      `S. No.,Product Name,Input Image Urls\n1,A,${scenario.origin.url('/1.jpg')}\n2,B,${scenario.origin.url('/2.jpg')}\n`,
      fields,
    );
const listReasonCodes = async (id: string) => {
  const { reasons } = await getOperatorData<{ reasons: { code: string }[] }>(
    `/requests/${id}/waiting`,
  );
  return reasons.map(({ code }) => code);
};
const listPauses = async (id: string) => {
  const status: object = await scenario.api.withKey(SHOP_KEY).getStatus(id, '?limit=0');
  return (status as { pauses: object[] }).pauses;
};
/** Waits for the dispatcher to park the images. The reason `origin_paused` appears earlier. */
const waitUntilParked = (id: string) =>
  eventually(async () => (await listPauses(id)).length > 0, {
    description: 'the images to be parked',
  });

describe('A paused origin', () => {
  let id: string;

  beforeAll(async () => {
    await pause('origin', originHost, 'It moves.');
    id = await upload();
    await waitUntilParked(id);
  });

  it('A paused origin keeps its images waiting, and the request reports the reason', async () => {
    expect(await listPauses(id)).toMatchObject([
      {
        kind: 'origin',
        name: originHost,
        message: `The administrator paused downloads from ${originHost}: It moves.`,
      },
    ]);
    expect(await getOperatorData('/origins')).toMatchObject({
      origins: [
        {
          host: originHost,
          images_waiting: 2,
          is_paused: true,
          reason: 'Paused by ops: It moves.',
        },
      ],
      is_partial: false,
      next_cursor: null,
    });
    expect(await getOperatorData('/owners')).toMatchObject({
      owners: [{ owner: 'shop', open_requests: 1, images_waiting: 2, images_in_progress: 0 }],
    });
  });

  it('A paused origin keeps its images waiting after a restart until it is resumed', async () => {
    await scenario.app.stop();
    await scenario.restart();
    expect(await listReasonCodes(id)).toContain('origin_paused');
    expect((await scenario.api.withKey(SHOP_KEY).getStatus(id)).progress).toMatchObject({
      completed: 0,
    });
    expect((await resume('origin', originHost)).status).toBe(204);
    const { progress } = await scenario.api.withKey(SHOP_KEY).waitUntilFinal(id);
    expect(progress).toMatchObject({ completed: 1, failed: 1 });
    expect(await listReasonCodes(id)).toEqual(['ended']);
  });

  it("A paused origin appears in the action list and in the log with the operator's name", async () => {
    expect(await getOperatorData('/actions?limit=2')).toMatchObject({
      actions: [
        { operator: 'ops', action: 'resume', kind: 'origin', name: originHost },
        { operator: 'ops', action: 'pause', kind: 'origin', name: originHost, reason: 'It moves.' },
      ],
    });
    const logLine = scenario.app.logs.find(({ msg }) => msg === `Resumed origin "${originHost}"`);
    expect(logLine).toMatchObject({ operator: 'ops', kind: 'origin', name: originHost });
  });
});

describe('The operator API', () => {
  beforeEach(() => resume('owner', 'shop'));

  it('The operator API pauses an owner until it is resumed', async () => {
    await pause('owner', 'shop');
    const id = await upload();
    expect(await listReasonCodes(id)).toContain('owner_paused');
    expect((await scenario.api.withKey(SHOP_KEY).getStatus(id)).status).toBe('pending');
    await resume('owner', 'shop');
    await scenario.api.withKey(SHOP_KEY).waitUntilFinal(id);
  });

  it('The operator API lists this process with its version, and reports no stuck images', async () => {
    const { workers } = await getOperatorData<{ workers: object[] }>('/workers');
    expect(workers).toMatchObject([
      { role: 'all', version: VERSION, pid: expect.any(Number), storage_error: null },
    ]);
    expect(await getOperatorData('/stuck-images?seconds=1')).toEqual({
      images: [],
      next_cursor: null,
    });
  });

  it('The operator API reports the usage of an owner', async () => {
    const id = await upload();
    await scenario.api.withKey(SHOP_KEY).waitUntilFinal(id);
    await eventually(async () => {
      const { owners } = await getOperatorData<{ owners: Record<string, number>[] }>(
        '/usage?days=2',
      );
      const [usage] = owners;
      expect(usage).toMatchObject({ owner: 'shop' });
      expect(usage.images_completed).toBeGreaterThan(0);
      expect(usage.images_failed).toBeGreaterThan(0);
      expect(usage.bytes_in).toBeGreaterThan(usage.bytes_out);
      return true;
    });
  });

  it("The operator API reports the storage that an owner's images use", async () => {
    await scenario.api.withKey(SHOP_KEY).waitUntilFinal(await upload());
    const storage = await getOperatorData<{
      owners: { owner: string; bytes: number }[];
      used_bytes: number;
    }>('/usage/storage');
    expect(storage).toMatchObject({ owners: [{ owner: 'shop' }], max_bytes: null });
    // All uploads contain the same image.
    expect(storage.owners[0].bytes).toBe(storage.used_bytes);
    expect(storage.used_bytes).toBeGreaterThan(0);
  });

  it('The operator API counts the compression time of an image that fails', async () => {
    const api = scenario.api.withKey(STUDIO_KEY);
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

  it('The operator API reports a webhook that its receiver rejected', async () => {
    const hook = scenario.receiver.addEndpoint().respondWith(sendStatus(500));
    const id = await upload({ webhook_url: hook.url });
    await scenario.api.withKey(SHOP_KEY).waitUntilFinal(id);
    await eventually(async () => {
      const { reasons } = await getOperatorData<{ reasons: { code: string; message: string }[] }>(
        `/requests/${id}/waiting`,
      );
      expect(reasons.at(-1)?.message).toMatch(/^The webhook has failed 1 time\. .*500/);
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

  it('The operator API paginates its lists with a cursor', async () => {
    await pause('origin', 'a.example');
    await pause('origin', 'b.example');
    const firstPage = await getOperatorData<{ pauses: object[]; next_cursor: string }>(
      '/pauses?limit=1',
    );
    expect(firstPage.pauses).toMatchObject([{ name: 'a.example' }]);
    const nextPage = await getOperatorData(`/pauses?limit=1&cursor=${firstPage.next_cursor}`);
    expect(nextPage).toMatchObject({ pauses: [{ name: 'b.example' }], next_cursor: null });
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
  ])('The operator API rejects %s with %i (%s)', async (path, statusCode, errorCode) => {
    const { status, body } = await scenario.api.withKey(ADMIN_KEY).getJson(`/operator${path}`);
    expect([status, body.code]).toEqual([statusCode, errorCode]);
  });

  it.each([
    ['an unknown kind', 'request', 'x', 400],
    ['a name that is not a host', 'origin', 'no host', 400],
    ['an empty host', 'origin', '', 400],
  ])('The operator API rejects a pause with %s', async (_, kind, name, statusCode) => {
    expect((await pause(kind, name)).status).toBe(statusCode);
  });

  it('The operator API returns 404 (pause_not_found) for a pause that does not exist', async () => {
    const response = await resume('origin', 'never-paused.example');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'pause_not_found' });
  });
});
