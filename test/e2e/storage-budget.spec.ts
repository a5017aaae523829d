import { describe, expect, it, vi } from 'vitest';
import { eventually } from '../support/eventually.js';
import { serveFile } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

vi.setConfig({ testTimeout: 120_000 });

const scenario = Scenario.forThisFile({ origin: true, env: { MAX_STORAGE_BYTES: '1000' } });

interface Readiness {
  status: string;
  details: { storage: { status: string; code?: string; message?: string } };
}

const upload = async (name: string, width: number) => {
  scenario.origin.on(`/${name}.jpg`, serveFile(await photograph(width, 200).jpeg().toBuffer()));
  const url = scenario.origin.url(`/${name}.jpg`);
  return scenario.api.uploadAccepted(`S. No.,Product Name,Input Image Urls\n1,${name},${url}\n`);
};

const waitForStorageCode = (code: string | undefined) =>
  eventually(
    async () => {
      const { status, body } = await scenario.api.getJson<Readiness>('/health/ready');
      const { storage } = body.details;
      return storage.code === code ? { httpStatus: status, ...storage } : undefined;
    },
    { timeoutMs: 60_000, description: `readiness to report ${code ?? 'that storage is up'}` },
  );

describe('MAX_STORAGE_BYTES', () => {
  it('MAX_STORAGE_BYTES pauses processing at the limit and resumes it after requests are deleted', async () => {
    const firstId = await upload('first', 300);
    expect((await scenario.api.waitUntilFinal(firstId)).status).toBe('completed');

    const readiness = await waitForStorageCode('storage_budget_reached');
    expect([readiness.httpStatus, readiness.status]).toEqual([200, 'down']);
    expect(readiness.message).toMatch(/use \d+ of 1000 bytes \(MAX_STORAGE_BYTES\)/);

    const secondId = await upload('second', 310);
    expect((await scenario.api.getStatus(secondId, '?limit=0')).progress.completed).toBe(0);
    const deletion = await scenario.api.call(`/requests/${firstId}`, { method: 'DELETE' });
    expect(deletion.ok).toBe(true);
    expect((await scenario.api.waitUntilFinal(secondId)).status).toBe('completed');
  });
});
