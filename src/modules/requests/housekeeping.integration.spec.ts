import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../../test/support/eventually.js';
import { TestRows } from '../../../test/support/rows.js';
import { Env } from '../../platform/config/env.js';
import { OpenWorkQuota } from '../../platform/database/open-work-quota.js';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { BulkOperationsRepository } from '../../platform/database/repositories/bulk-operations.js';
import { RequestTransitionsRepository } from '../../platform/database/repositories/request-transitions.js';
import { SourcesRepository } from '../../platform/database/repositories/sources.js';
import { StorageUsageRepository } from '../../platform/database/repositories/storage-usage.js';
import { TaskLeasesRepository } from '../../platform/database/repositories/task-leases.js';
import { Signals } from '../../platform/queues/signals.js';
import { DiskArtifactStore } from '../../platform/storage/disk-artifact-store.js';
import { Housekeeping } from './housekeeping.js';
import { OrphanFiles } from './orphan-files.js';

const TWO_HOURS_AGO = new Date(Date.now() - 2 * 60 * 60 * 1000);
const createKey = (n: number) => String(n).repeat(64);

describe('Housekeeping', () => {
  let rows: TestRows;
  let folder: string;
  let store: DiskArtifactStore;
  let usage: StorageUsageRepository;
  let leases: TaskLeasesRepository;
  let transitions: RequestTransitionsRepository;
  let signals: Signals;
  let housekeeping: Housekeeping;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    rows = await TestRows.open();
    folder = await mkdtemp(join(tmpdir(), 'pressroom-housekeeping-'));
    const env = Object.assign(new Env(), { DATA_DIR: folder });
    store = new DiskArtifactStore(env);
    await store.onModuleInit();
    usage = new StorageUsageRepository(rows.dataSource);
    leases = new TaskLeasesRepository(rows.dataSource);
    transitions = new RequestTransitionsRepository(rows.dataSource, env, new OpenWorkQuota(env));
    signals = new Signals();
    housekeeping = createHousekeeping();
  });
  afterEach(async () => {
    await housekeeping.beforeApplicationShutdown();
    vi.restoreAllMocks();
    await rm(folder, { recursive: true });
    await rows.close();
  });

  /** Creates the `Housekeeping` of one process. */
  const createHousekeeping = () => {
    const artifacts = new ArtifactsRepository(rows.dataSource);
    return new Housekeeping(
      transitions,
      new BulkOperationsRepository(rows.dataSource),
      artifacts,
      new SourcesRepository(rows.dataSource),
      store,
      new OrphanFiles(artifacts, store),
      leases,
      usage,
      signals,
    );
  };
  const restart = async () => {
    await housekeeping.beforeApplicationShutdown();
    housekeeping = createHousekeeping();
    housekeeping.onApplicationBootstrap();
  };
  const setLease = (name: string, column: 'held_until' | 'ended_at', time: string) =>
    rows.dataSource.query(
      `INSERT INTO task_leases (name, held_until, ${column === 'ended_at' ? 'ended_at' : 'holder'})
       VALUES ($1, ${column === 'ended_at' ? 'now()' : time}, ${column === 'ended_at' ? time : 'gen_random_uuid()'})
       ON CONFLICT (name) DO UPDATE SET ${column} = excluded.${column}`,
      [name],
    );
  const waitForUsage = (bytes: number) =>
    eventually(async () => (await usage.sumBytes()) === bytes, {
      description: 'the corrected usage',
    });
  const putOrphan = async () => {
    const temporaryPath = store.createTemporaryPath();
    await writeFile(temporaryPath, 'image');
    await store.put(temporaryPath, createKey(2), 'jpeg');
    await utimes(store.getPath(createKey(2), 'jpeg'), TWO_HOURS_AGO, TWO_HOURS_AGO);
  };

  it('Housekeeping corrects the storage usage while another process removes orphan files', async () => {
    await setLease('orphan cleanup', 'held_until', `now() + interval '1 hour'`);
    await rows.insertArtifact(createKey(1), { bytes: 400 });
    await rows.dataSource.query('TRUNCATE storage_usage');
    housekeeping.onApplicationBootstrap();
    await waitForUsage(400);
    expect(await usage.sumBytes()).toBe(400);
  });

  it('Housekeeping lists the stored files at most once an hour, even if processes restart', async () => {
    await putOrphan();
    await setLease('orphan cleanup', 'ended_at', 'now()');
    await rows.insertArtifact(createKey(1), { bytes: 400 });
    await rows.dataSource.query('TRUNCATE storage_usage');
    housekeeping.onApplicationBootstrap();
    // Housekeeping corrects the usage only after orphan cleanup, so a cleanup would have run by then.
    await waitForUsage(400);
    expect(await store.has(createKey(2), 'jpeg')).toBe(true);

    await setLease('orphan cleanup', 'ended_at', `now() - interval '1 hour'`);
    await restart();
    await eventually(async () => !(await store.has(createKey(2), 'jpeg')), {
      description: 'orphan cleanup',
    });
  });

  it('Housekeeping waits while another process holds the lease, and takes over when the lease expires', async () => {
    await setLease('housekeeping', 'held_until', `now() + interval '1 hour'`);
    const { id } = await rows.insertRequest(1, { status: 'completed', expiresAt: TWO_HOURS_AGO });
    const runExclusive = vi.spyOn(leases, 'runExclusive');
    const removeExpired = vi.spyOn(transitions, 'removeExpiredRequests');
    housekeeping.onApplicationBootstrap();
    signals.housekeepingDue.next();
    const countAttempts = () =>
      runExclusive.mock.calls.filter(([{ name }]) => name === 'housekeeping').length;
    await eventually(() => countAttempts() >= 3, { description: 'three attempts' });
    expect(removeExpired).not.toHaveBeenCalled();

    await setLease('housekeeping', 'held_until', 'now()');
    await eventually(
      async () =>
        (
          await rows.dataSource.query<unknown[]>('SELECT FROM processing_requests WHERE id = $1', [
            id,
          ])
        ).length === 0,
      { description: 'the removal of the expired request' },
    );
  });
});
