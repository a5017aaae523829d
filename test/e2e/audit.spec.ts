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

interface Audited {
  audit: {
    scope: string;
    passed: number;
    failed: number;
    reasons: { code: string; message: string; images: number }[];
  } | null;
  products: { images: { output_url: string | null; audit?: { code: string }[] }[] }[];
}

const SMALL = 'The image has 320 x 240 pixels; Google requires at least 500 x 500 pixels.';
const EXTENSION =
  'The URL ends with .jpg, but the image has another format; Google requires the extension of the format.';

/** One product per image. */
const catalogOf = (images: string[]): string => {
  const rows = images.map((path, i) => `${i + 1},P${i + 1},${scenario.origin.url(path)}\n`);
  return `S. No.,Product Name,Input Image Urls\n${rows.join('')}`;
};
/** The last product has the same URL as the small one. */
const catalog = () =>
  catalogOf(['/large.jpg', '/small.jpg', '/really-webp.jpg', '/gone.jpg', '/small.jpg']);

let large: Buffer;
let small: Buffer;

beforeAll(async () => {
  large = await photograph(1500, 1200).jpeg({ quality: 90 }).toBuffer();
  small = await photograph(320, 240).jpeg({ quality: 90 }).toBuffer();
  const webp = await photograph(800, 600).webp({ quality: 90 }).toBuffer();
  scenario.origin
    .on('/large.jpg', serveFile(large))
    .on('/small.jpg', serveFile(small))
    .on('/really-webp.jpg', serveFile(webp))
    .on('/gone.jpg', sendStatus(404));
});

const statusOf = async (id: string) => (await scenario.api.getJson<Audited>(`/status/${id}`)).body;
const checksOf = async (id: string, query = '') => {
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
    id = await scenario.api.uploadAccepted(catalog(), {
      preset: 'google',
      audit_only: 'true',
      webhook_url: url,
    });
    await scenario.api.waitUntilFinal(id);
  });

  it('An audit of sources counts the images that fail by reason', async () => {
    const { audit, products } = await statusOf(id);
    expect(audit).toEqual({
      preset: 'google',
      scope: 'sources',
      passed: 1,
      failed: 3,
      reasons: [
        { code: 'too_small', message: 'Google requires at least 500 x 500 pixels.', images: 2 },
        {
          code: 'extension_mismatch',
          message: 'Google requires the extension of the format.',
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
    expect(await checksOf(id)).toEqual(['pass', SMALL, EXTENSION, '', SMALL]);
    expect(await checksOf(id, '?detail=true')).toEqual(['pass', SMALL, EXTENSION, '', SMALL]);
  });

  it('An audit adds a column to the file of output=replace only with detail=true', async () => {
    expect(await scenario.api.getText(`/download/${id}?output=replace`)).toBe(catalog());
    expect(await checksOf(id, '?output=replace&detail=true')).toEqual([
      'pass',
      SMALL,
      EXTENSION,
      '',
      SMALL,
    ]);
  });

  it('An audit of sources stores no image', async () => {
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
    const id = await scenario.api.uploadAccepted(catalog(), {
      preset: 'google',
      audit: 'true',
      webhook_url: hook.url,
    });
    await scenario.api.waitUntilFinal(id);
    expect(await checksOf(id)).toEqual(['pass', SMALL, 'pass', '', SMALL]);
    const { audit } = await statusOf(id);
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

  it('An upload without an audit has no results and no column', async () => {
    const id = await scenario.api.uploadAccepted(catalog(), { preset: 'google' });
    await scenario.api.waitUntilFinal(id);
    expect((await statusOf(id)).audit).toBeNull();
    expect(await scenario.api.getText(`/download/${id}`)).not.toContain('Google check');
  });

  it.each([
    [{ preset: 'walmart' }, 'preset'],
    [{ audit: 'true' }, 'audit'],
    [{ audit_only: 'true' }, 'audit_only'],
    [{ preset: 'google', format: 'webp' }, 'format'],
    [{ preset: 'google', audit: 'yes' }, 'audit'],
    [{ preset: 'google,'.repeat(20) }, 'preset'],
  ])('An upload with %j is rejected with the name of the field', async (fields, field) => {
    const answer = await scenario.api.upload(catalog(), fields);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_parameter', errors: [{ field }] });
  });
});

describe('An interrupted audit', () => {
  const completed = async (id: string) =>
    (await scenario.api.getStatus(id, '?limit=0')).progress.completed;
  const auditOf = async (id: string) => (await statusOf(id)).audit!;
  /** Six images whose answers are held, every other one too small. */
  const heldImages = (name: string, answers: HeldResponses) =>
    Array.from({ length: 6 }, (_, n) => {
      scenario.origin.on(`/${name}/${n}.jpg`, answers.behavior(n % 2 === 0 ? large : small));
      return `/${name}/${n}.jpg`;
    });

  it.each(['audit', 'audit_only'])(
    'A cancellation and a retry of a request with %s count each image once',
    async (field) => {
      const answers = new HeldResponses();
      const held = heldImages(field, answers);
      scenario.origin.on(`/${field}/late.jpg`, sendStatus(404));
      answers.allowResponses(3);
      const id = await scenario.api.uploadAccepted(
        catalogOf([`/${field}/late.jpg`, ...held, held[1]]),
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
      const canceled = await scenario.api.waitUntilFinal(id);
      const { passed, failed } = await auditOf(id);
      expect(passed + failed).toBe(canceled.progress.completed);

      scenario.origin.on(`/${field}/late.jpg`, serveFile(large));
      answers.allowResponses(100);
      await eventually(async () => {
        const { status } = await scenario.api.call(`/requests/${id}/retry`, { method: 'POST' });
        return status === 202;
      });
      const { progress } = await scenario.api.waitUntilFinal(id);
      expect(progress).toMatchObject({ completed: 8, failed: 0, cancelled: 0 });
      expect(await auditOf(id)).toMatchObject({
        passed: 4,
        failed: 4,
        reasons: [{ code: 'too_small', images: 4 }],
      });
      const checks = held.map((_, n) => (n % 2 === 0 ? 'pass' : SMALL));
      expect(await checksOf(id)).toEqual(['pass', ...checks, SMALL]);
    },
  );

  it('A kill -9 during an audit of sources loses no image and counts none twice', async () => {
    const answers = new HeldResponses();
    const paths = heldImages('killed', answers);
    answers.allowResponses(3);
    const id = await scenario.api.uploadAccepted(catalogOf([...paths, ...paths]), {
      preset: 'google',
      audit_only: 'true',
    });
    await eventually(async () => (await completed(id)) >= 3);
    await scenario.app.kill();
    await query(
      scenario.database.url,
      `UPDATE images SET lease_until = now() WHERE status = 'processing'`,
    );
    answers.allowResponses(100);
    await scenario.restart();
    const { progress } = await scenario.api.waitUntilFinal(id, 60_000);
    expect(progress).toMatchObject({ completed: 12, failed: 0 });
    expect(await auditOf(id)).toMatchObject({ passed: 6, failed: 6 });
    expect((await checksOf(id)).filter((check) => check === 'pass')).toHaveLength(6);
  });
});
