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

  const open = () => new OrphanCleanupHealth(new HealthIndicatorService(), artifacts, store);
  const advance = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });

  it('OrphanCleanupHealth reads the storage once a minute, however often it is probed', async () => {
    const reads = vi.spyOn(store, 'isClaimedByAnotherDatabase');
    const health = open();
    for (let probe = 1; probe <= 3; probe++) {
      expect(await health.check()).toMatchObject({ orphan_cleanup: { enabled: true } });
    }
    expect(reads).toHaveBeenCalledTimes(1);
    advance(61_000);
    await health.check();
    expect(reads).toHaveBeenCalledTimes(2);
  });

  it('OrphanCleanupHealth notices within seconds that the operator has removed the marker', async () => {
    const marker = join(folder, 'artifacts', '.database');
    await writeFile(marker, 'another/1\n');
    const health = open();
    expect(await health.check()).toMatchObject({ orphan_cleanup: { enabled: false } });
    await rm(marker);
    advance(6000);
    expect(await health.check()).toMatchObject({ orphan_cleanup: { enabled: true } });
  });

  it('OrphanCleanupHealth does not wait for storage that does not answer', async () => {
    vi.spyOn(store, 'isClaimedByAnotherDatabase').mockReturnValue(new Promise(() => undefined));
    expect(await open().check()).toMatchObject({
      orphan_cleanup: { status: 'up', enabled: null },
    });
  });
});
