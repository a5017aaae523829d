import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRows } from '../../../test/support/rows.js';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { BacklogRepository } from '../../platform/database/repositories/backlog.js';
import { StorageUsageRepository } from '../../platform/database/repositories/storage-usage.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { BacklogMetrics } from './backlog-metrics.js';

describe('BacklogMetrics', () => {
  let rows: TestRows;
  let metrics: Metrics;

  beforeAll(async () => {
    rows = await TestRows.open();
    metrics = new Metrics();
    const { dataSource } = rows;
    new BacklogMetrics(
      new BacklogRepository(dataSource),
      new StorageUsageRepository(dataSource),
      metrics,
    ).onModuleInit();
  });
  afterAll(() => rows.close());

  it('BacklogMetrics serves its latest result when PostgreSQL does not respond in time', async () => {
    const key = 'a'.repeat(64);
    await new ArtifactsRepository(rows.dataSource).reserveArtifacts([
      { key, format: 'jpeg', width: 1, height: 1, bytes: 700, keptOriginal: false, sha256: key },
    ]);
    await rows.insertRequest(2);
    const metricsText = await metrics.render();
    expect(metricsText).toContain('pressroom_images_open 2\n');
    expect(metricsText).toContain('pressroom_storage_used_bytes 700\n');
    expect(metricsText).toContain('pressroom_storage_growth_bytes_per_day 100\n');

    const blocker = rows.dataSource.createQueryRunner();
    await blocker.startTransaction();
    try {
      await blocker.query('LOCK TABLE images, processing_requests IN ACCESS EXCLUSIVE MODE');
      // Outlasts the cache, which keeps results for one second.
      const startedAt = performance.now();
      while (performance.now() - startedAt < 1500) {
        expect(await metrics.render()).toContain('pressroom_images_open 2\n');
      }
    } finally {
      await blocker.rollbackTransaction();
      await blocker.release();
    }
  });
});
