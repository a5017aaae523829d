import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { HeldResponses } from '../support/held-responses.js';
import { serveFile, sendStatus } from '../support/origin-behaviors.js';
import { query } from '../support/embedded-servers-fixture.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';
import { readStrictCsv } from '../support/strict-csv.js';

const scenario = Scenario.forThisFile({
  origin: true,
  receiver: true,
  env: { IMAGE_ATTEMPTS: '1' },
});

interface AuditedStatus {
  audit: {
    scope: string;
    passed: number;
    failed: number;
    reasons: { code: string; message: string; images: number }[];
  } | null;
  products: { images: { output_url: string | null; audit?: { code: string }[] }[] }[];
}

const SMALL_MESSAGE = 'The image is 320 x 240 pixels; Google requires at least 500 x 500 pixels.';
const EXTENSION_MESSAGE =
  'The URL ends with .jpg, but the image has a different format; Google requires an extension that matches the format.';

/** Builds a catalog with one product per image. */
const buildCatalog = (paths: string[]): string => {
  const rows = paths.map((path, i) => `${i + 1},P${i + 1},${scenario.origin.url(path)}\n`);
  return `S. No.,Product Name,Input Image Urls\n${rows.join('')}`;
};
/** Builds a catalog whose last product repeats the URL of the small image. */
const buildMixedCatalog = () =>
  buildCatalog(['/large.jpg', '/small.jpg', '/really-webp.jpg', '/gone.jpg', '/small.jpg']);

let largeImage: Buffer;
let smallImage: Buffer;

beforeAll(async () => {
  largeImage = await photograph(1500, 1200).jpeg({ quality: 90 }).toBuffer();
  smallImage = await photograph(320, 240).jpeg({ quality: 90 }).toBuffer();
  const webp = await photograph(800, 600).webp({ quality: 90 }).toBuffer();
  scenario.origin
    .on('/large.jpg', serveFile(largeImage))
    .on('/small.jpg', serveFile(smallImage))
    .on('/really-webp.jpg', serveFile(webp))
    .on('/gone.jpg', sendStatus(404));
});

const getAuditedStatus = async (id: string) =>
  (await scenario.api.getJson<AuditedStatus>(`/status/${id}`)).body;
const readChecks = async (id: string, query = '') => {
  const [header, ...rows] = readStrictCsv(
    Buffer.from(await scenario.api.getText(`/download/${id}${query}`)),
  );
  const column = header.indexOf('Google check');
  return rows.map((row) => row[column]);
};

describe('An upload with preset and audit_only', () => {
  let id: string;

  beforeAll(async () => {
    const { url } = scenario.receiver.addEndpoint();
    id = await scenario.api.uploadAccepted(buildMixedCatalog(), {
      preset: 'google',
      audit_only: 'true',
      webhook_url: url,
    });
    await scenario.api.waitUntilFinal(id);
  });

  it('An audit of sources counts failed images by reason', async () => {
    const { audit, products } = await getAuditedStatus(id);
    expect(audit).toEqual({
      preset: 'google',
      scope: 'sources',
      passed: 1,
      failed: 3,
      reasons: [
        { code: 'too_small', message: 'Google requires at least 500 x 500 pixels.', images: 2 },
        {
          code: 'extension_mismatch',
          message: 'Google requires an extension that matches the format.',
          images: 1,
        },
      ],
    });
    expect(products.map(({ images: [image] }) => image.audit?.map(({ code }) => code))).toEqual([
      [],
      ['too_small'],
      ['extension_mismatch'],
      undefined,
      ['too_small'],
    ]);
    expect(products.every(({ images: [image] }) => image.output_url === null)).toBe(true);
  });

  it('An audit of sources fills the column "Google check" and keeps the input URLs', async () => {
    expect(await readChecks(id)).toEqual([
      'pass',
      SMALL_MESSAGE,
      EXTENSION_MESSAGE,
      '',
      SMALL_MESSAGE,
    ]);
    expect(await readChecks(id, '?detail=true')).toEqual([
      'pass',
      SMALL_MESSAGE,
      EXTENSION_MESSAGE,
      '',
      SMALL_MESSAGE,
    ]);
  });

  it('An audit adds its column to a file with output=replace only if detail=true', async () => {
    expect(await scenario.api.getText(`/download/${id}?output=replace`)).toBe(buildMixedCatalog());
    expect(await readChecks(id, '?output=replace&detail=true')).toEqual([
      'pass',
      SMALL_MESSAGE,
      EXTENSION_MESSAGE,
      '',
      SMALL_MESSAGE,
    ]);
  });

  it('An audit of sources stores no images', async () => {
    const { body } = await scenario.api.getJson<{ progress: Record<string, number> }>(
      `/status/${id}`,
    );
    expect(body.progress).toMatchObject({ completed: 4, failed: 1, bytes_in: 0, bytes_out: 0 });
    const zip = await scenario.api.get(`/download/${id}/images.zip`);
    expect(zip.status).toBe(200);
  });
});

describe('An upload with preset and audit', () => {
  it('An audit of outputs checks the compressed images, and the webhook reports its results', async () => {
    const hook = scenario.receiver.addEndpoint();
    const id = await scenario.api.uploadAccepted(buildMixedCatalog(), {
      preset: 'google',
      audit: 'true',
      webhook_url: hook.url,
    });
    await scenario.api.waitUntilFinal(id);
    expect(await readChecks(id)).toEqual(['pass', SMALL_MESSAGE, 'pass', '', SMALL_MESSAGE]);
    const { audit } = await getAuditedStatus(id);
    expect(audit).toMatchObject({ scope: 'outputs', passed: 2, failed: 2 });
    await eventually(async () => hook.calls.length > 0);
    const [{ body }] = hook.calls;
    expect(JSON.parse(body)).toMatchObject({
      data: {
        completed: 4,
        audit: {
          preset: 'google',
          passed: 2,
          failed: 2,
          reasons: [{ code: 'too_small', images: 2 }],
        },
      },
    });
  });

  it('An upload without an audit has no audit results and no check column', async () => {
    const id = await scenario.api.uploadAccepted(buildMixedCatalog(), { preset: 'google' });
    await scenario.api.waitUntilFinal(id);
    expect((await getAuditedStatus(id)).audit).toBeNull();
    expect(await scenario.api.getText(`/download/${id}`)).not.toContain('Google check');
  });

  it.each([
    [{ preset: 'walmart' }, 'preset'],
    [{ audit: 'true' }, 'audit'],
    [{ audit_only: 'true' }, 'audit_only'],
    [{ preset: 'google', format: 'webp' }, 'format'],
    [{ preset: 'google', audit: 'yes' }, 'audit'],
    [{ preset: 'google,'.repeat(20) }, 'preset'],
  ])('An upload with %j is rejected, and the response names the field', async (fields, field) => {
    const response = await scenario.api.upload(buildMixedCatalog(), fields);
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({ code: 'invalid_parameter', errors: [{ field }] });
  });
});

describe('An interrupted audit', () => {
  const countCompleted = async (id: string) =>
    (await scenario.api.getStatus(id, '?limit=0')).progress.completed;
  const getAudit = async (id: string) => (await getAuditedStatus(id)).audit!;
  /** Serves six images with held responses. Every other image is too small. */
  const serveHeldImages = (name: string, responses: HeldResponses) =>
    Array.from({ length: 6 }, (_, n) => {
      scenario.origin.on(
        `/${name}/${n}.jpg`,
        responses.behavior(n % 2 === 0 ? largeImage : smallImage),
      );
      return `/${name}/${n}.jpg`;
    });

  it.each(['audit', 'audit_only'])(
    'A request with %s counts each image once when it is canceled and retried',
    async (field) => {
      const responses = new HeldResponses();
      const heldPaths = serveHeldImages(field, responses);
      scenario.origin.on(`/${field}/late.jpg`, sendStatus(404));
      responses.allowResponses(3);
      const id = await scenario.api.uploadAccepted(
        buildCatalog([`/${field}/late.jpg`, ...heldPaths, heldPaths[1]]),
        {
          preset: 'google',
          [field]: 'true',
        },
      );
      await eventually(async () => {
        const { progress } = await scenario.api.getStatus(id, '?limit=0');
        return progress.completed >= 3 && progress.failed === 1;
      });
      await scenario.api.call(`/requests/${id}/cancel`, { method: 'POST' });
      const canceledStatus = await scenario.api.waitUntilFinal(id);
      const { passed, failed } = await getAudit(id);
      expect(passed + failed).toBe(canceledStatus.progress.completed);

      scenario.origin.on(`/${field}/late.jpg`, serveFile(largeImage));
      responses.allowResponses(100);
      await eventually(async () => {
        const { status } = await scenario.api.call(`/requests/${id}/retry`, { method: 'POST' });
        return status === 202;
      });
      const { progress } = await scenario.api.waitUntilFinal(id);
      expect(progress).toMatchObject({ completed: 8, failed: 0, cancelled: 0 });
      expect(await getAudit(id)).toMatchObject({
        passed: 4,
        failed: 4,
        reasons: [{ code: 'too_small', images: 4 }],
      });
      const checks = heldPaths.map((_, n) => (n % 2 === 0 ? 'pass' : SMALL_MESSAGE));
      expect(await readChecks(id)).toEqual(['pass', ...checks, SMALL_MESSAGE]);
    },
  );

  it('An audit of sources neither loses nor double-counts images after kill -9', async () => {
    const responses = new HeldResponses();
    const paths = serveHeldImages('killed', responses);
    responses.allowResponses(3);
    const id = await scenario.api.uploadAccepted(buildCatalog([...paths, ...paths]), {
      preset: 'google',
      audit_only: 'true',
    });
    await eventually(async () => (await countCompleted(id)) >= 3);
    await scenario.app.kill();
    await query(
      scenario.database.url,
      `UPDATE images SET lease_until = now() WHERE status = 'processing'`,
    );
    responses.allowResponses(100);
    await scenario.restart();
    const { progress } = await scenario.api.waitUntilFinal(id, 60_000);
    expect(progress).toMatchObject({ completed: 12, failed: 0 });
    expect(await getAudit(id)).toMatchObject({ passed: 6, failed: 6 });
    expect((await readChecks(id)).filter((check) => check === 'pass')).toHaveLength(6);
  });
});
