import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HealthIndicatorService } from '@nestjs/terminus';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Env } from '../../platform/config/env.js';
import type { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { DiskArtifactStore } from '../../platform/storage/disk-artifact-store.js';
import { OrphanCleanupHealth } from './orphan-cleanup.health.js';

const DATABASE = 'server/1';
const artifacts = { readDatabaseId: async () => DATABASE } as ArtifactsRepository;

describe('OrphanCleanupHealth', () => {
  let folder: string;
  let store: DiskArtifactStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-orphan-health-'));
    store = new DiskArtifactStore(Object.assign(new Env(), { DATA_DIR: folder }));
    await store.onModuleInit();
  });
  afterEach(async () => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    await rm(folder, { recursive: true });
  });

  const createHealth = () =>
    new OrphanCleanupHealth(new HealthIndicatorService(), artifacts, store);
  const advanceClock = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });

  it('OrphanCleanupHealth reads the storage at most once a minute', async () => {
    const isClaimed = vi.spyOn(store, 'isClaimedByAnotherDatabase');
    const health = createHealth();
    for (let probe = 1; probe <= 3; probe++) {
      expect(await health.check()).toMatchObject({ orphan_cleanup: { enabled: true } });
    }
    expect(isClaimed).toHaveBeenCalledTimes(1);
    advanceClock(61_000);
    await health.check();
    expect(isClaimed).toHaveBeenCalledTimes(2);
  });

  it('OrphanCleanupHealth detects within seconds that the operator has removed the marker', async () => {
    const marker = join(folder, 'artifacts', '.database');
    await writeFile(marker, 'another/1\n');
    const health = createHealth();
    expect(await health.check()).toMatchObject({ orphan_cleanup: { enabled: false } });
    await rm(marker);
    advanceClock(6000);
    expect(await health.check()).toMatchObject({ orphan_cleanup: { enabled: true } });
  });

  it('OrphanCleanupHealth reports an unknown state if the storage does not respond', async () => {
    vi.spyOn(store, 'isClaimedByAnotherDatabase').mockReturnValue(new Promise(() => undefined));
    expect(await createHealth().check()).toMatchObject({
      orphan_cleanup: { status: 'up', enabled: null },
    });
  });
});
