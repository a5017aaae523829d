import { describe, expect, it } from 'vitest';
import {
  completedResult,
  FAILED_RESULT,
  toOutcome,
  ProcessingFixture,
} from '../../../../test/support/processing-fixture.js';
import type { Outcome } from './outcome.js';

const work = ProcessingFixture.forThisFile();
const AUDIT_OPTIONS = {
  preset: 'google',
  audit: 'sources',
  webhookUrl: 'https://shop.example/hook',
  webhookSecret: 'whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0',
} as const;

const recordOutcomes = async (ids: string[], result: Outcome['result']) => {
  const claimedImages = await work.claimImages(ids);
  await work.outcomes.recordOutcomes(
    claimedImages.map((image) => ({ ...toOutcome(image, result), isAudited: true })),
  );
};
const createAuditedOutcome = (...audit: string[]): Outcome['result'] => ({
  status: 'audited',
  audit,
});
const readCounts = async (id: string) => {
  const rows = await work.rows.dataSource.query<{ reason: string; images: number }[]>(
    'SELECT reason, images FROM request_audits WHERE request_id = $1 AND images > 0',
    [id],
  );
  return Object.fromEntries(rows.map(({ reason, images }) => [reason, images]));
};
const readPayload = async (id: string) => {
  const [{ payload }] = await work.rows.dataSource.query<{ payload: string }[]>(
    'SELECT payload FROM webhook_deliveries WHERE request_id = $1',
    [id],
  );
  return (JSON.parse(payload) as { data: Record<string, unknown> }).data;
};

describe('recordOutcomes() for audited images', () => {
  it('recordOutcomes() completes an audited image without an artifact and counts its reasons by code', async () => {
    const { id, images } = await work.rows.insertRequest(3, AUDIT_OPTIONS);
    await recordOutcomes(
      images.slice(0, 1),
      createAuditedOutcome('too_small:320x240', 'animated:gif'),
    );
    await recordOutcomes(images.slice(1, 2), createAuditedOutcome('too_small:10x10'));
    expect(await readCounts(id)).toEqual({ too_small: 2, animated: 1 });
    expect(await work.rows.findImage(images[0])).toMatchObject({
      status: 'completed',
      artifactKey: null,
      audit: 'too_small:320x240,animated:gif',
    });
  });

  it('recordOutcomes() writes the audit totals of the request to the webhook, even if its last image fails', async () => {
    const { id, images } = await work.rows.insertRequest(5, AUDIT_OPTIONS);
    await Promise.all([
      recordOutcomes(images.slice(0, 1), createAuditedOutcome('too_small:320x240')),
      recordOutcomes(images.slice(1, 2), createAuditedOutcome('too_small:10x10')),
      recordOutcomes(images.slice(2, 3), createAuditedOutcome()),
      recordOutcomes(images.slice(3, 4), completedResult({ audit: [] })),
    ]);
    await recordOutcomes(images.slice(4), FAILED_RESULT);
    expect(await readPayload(id)).toMatchObject({
      completed: 4,
      failed: 1,
      audit: {
        preset: 'google',
        passed: 2,
        failed: 2,
        reasons: [{ code: 'too_small', images: 2 }],
      },
    });
  });
});
