import { Logger } from '@nestjs/common';
import { beforeAll, describe, expect, it } from 'vitest';
import { Env } from '../../platform/config/env.js';
import {
  StorageBudgetReachedError,
  StorageFullError,
} from '../../platform/errors/storage-errors.js';
import { DiskArtifactStore } from '../../platform/storage/disk-artifact-store.js';
import { StoragePause } from '../../platform/storage/storage-pause.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { StorageMetrics } from './storage-metrics.js';

const STORAGE_UP = 'pressroom_dependency_up{dependency="storage"} 1\n';
const STORAGE_DOWN = 'pressroom_dependency_up{dependency="storage"} 0\n';

/** Returns the metrics of a process that reported this storage error. */
async function renderMetricsAfter(error: Error | undefined, settings: Partial<Env> = {}) {
  const env = Object.assign(new Env(), settings);
  const pause = new StoragePause(new DiskArtifactStore(env));
  const metrics = new Metrics();
  new StorageMetrics(metrics, pause, env).onModuleInit();
  pause.reportError(error);
  pause.onApplicationShutdown();
  return metrics.render();
}

describe('StorageMetrics', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('StorageMetrics reports full storage as down', async () => {
    expect(await renderMetricsAfter(undefined)).toContain(STORAGE_UP);
    expect(await renderMetricsAfter(new StorageFullError(undefined))).toContain(STORAGE_DOWN);
  });

  it('StorageMetrics reports storage as up when the storage budget is exhausted', async () => {
    const error = new StorageBudgetReachedError(10, 10);
    const text = await renderMetricsAfter(error, { MAX_STORAGE_BYTES: 10 });
    expect(text).toContain(STORAGE_UP);
    expect(text).toContain('pressroom_storage_max_bytes 10\n');
  });

  it('StorageMetrics omits the storage state in a process that stores no images', async () => {
    const text = await renderMetricsAfter(undefined, { PRESSROOM_ROLE: 'api' });
    expect(text).not.toContain('dependency="storage"');
  });

  it('StorageMetrics omits the limit when no storage budget is set', async () => {
    expect(await renderMetricsAfter(undefined)).not.toMatch(/^pressroom_storage_max_bytes /m);
  });
});
