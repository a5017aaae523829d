import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Env } from '../config/env.js';
import { Metrics } from '../telemetry/metrics.js';
import { DiskArtifactStore } from './disk-artifact-store.js';
import { measureStorage } from './measure-storage.js';

const KEY = 'ab'.repeat(32);

describe('measureStorage()', () => {
  let folder: string;
  let metrics: Metrics;
  let store: DiskArtifactStore;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pressroom-measured-'));
    metrics = new Metrics();
    const env = Object.assign(new Env(), { DATA_DIR: folder });
    store = measureStorage(new DiskArtifactStore(env), 'disk', metrics);
    await store.onModuleInit?.();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('measureStorage() records the duration of operations and returns their results', async () => {
    const file = store.createTemporaryPath();
    await writeFile(file, 'image');
    await store.put(file, KEY, 'jpeg');
    expect(await store.find(KEY, 'jpeg')).toMatchObject({ bytes: 5 });
    const text = await metrics.render();
    for (const operation of ['put', 'find']) {
      expect(text).toContain(
        `pressroom_storage_operation_duration_seconds_count{operation="${operation}",driver="disk"} 1\n`,
      );
    }
  });

  it('measureStorage() counts removeAll() as one removal', async () => {
    await store.removeAll([1, 2, 3].map((n) => ({ key: String(n).repeat(64), format: 'jpeg' })));
    expect(await metrics.render()).toContain(
      'pressroom_storage_operation_duration_seconds_count{operation="remove",driver="disk"} 1\n',
    );
  });

  it('measureStorage() counts an error and rethrows it', async () => {
    await expect(store.put(join(folder, 'missing'), KEY, 'jpeg')).rejects.toThrow(/./);
    expect(await metrics.render()).toContain(
      'pressroom_storage_operation_errors_total{operation="put",driver="disk"} 1\n',
    );
  });
});
