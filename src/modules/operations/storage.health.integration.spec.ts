import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HealthIndicatorService } from '@nestjs/terminus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually.js';
import { TestRows } from '../../../test/support/rows.js';
import { Env } from '../../platform/config/env.js';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { StorageUsageRepository } from '../../platform/database/repositories/storage-usage.js';
import { StorageBudget } from '../../platform/database/storage-budget.js';
import { DiskArtifactStore } from '../../platform/storage/disk-artifact-store.js';
import { StoragePause } from '../../platform/storage/storage-pause.js';
import { StorageHealth } from './storage.health.js';

describe('StorageHealth', () => {
  let folder: string;
  let rows: TestRows;
  let budget: StorageBudget;
  let health: StorageHealth;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-health-'));
    rows = await TestRows.open();
    const env = Object.assign(new Env(), { DATA_DIR: folder, MAX_STORAGE_BYTES: 1000 });
    const store = new DiskArtifactStore(env);
    await store.onModuleInit();
    budget = new StorageBudget(new StorageUsageRepository(rows.dataSource), env);
    const pause = new StoragePause(store);
    health = new StorageHealth(new HealthIndicatorService(), pause, budget, store);
  });
  afterAll(async () => {
    await rows?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('StorageHealth reports a used-up budget in a process that handles no images', async () => {
    expect(await health.check()).toEqual({ storage: { status: 'up' } });
    const artifact = { format: 'jpeg' as const, width: 1, height: 1, keptOriginal: false };
    const key = 'a'.repeat(64);
    await new ArtifactsRepository(rows.dataSource).reserveArtifacts([
      { key, sha256: key, bytes: 1000, ...artifact },
    ]);
    let reachedCount = 0;
    budget.limitReached.subscribe(() => reachedCount++);
    const { storage } = await eventually(
      async () => {
        const result = await health.check();
        return result.storage.status === 'up' ? undefined : result;
      },
      { description: 'the budget to be reached' },
    );
    expect(storage).toMatchObject({ status: 'degraded', code: 'storage_budget_reached' });
    expect(reachedCount).toBe(1);
  });
});
