import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRows } from '../../../test/support/rows.js';
import { createWorkerRow } from '../../../test/support/worker-row.js';
import { Env } from '../../platform/config/env.js';
import { ReadConnections } from '../../platform/database/read-connections.js';
import { StatisticsRepository } from '../../platform/database/repositories/statistics.js';
import { WorkersRepository } from '../../platform/database/repositories/workers.js';
import { LimitedHosts } from './limited-hosts.js';

describe('LimitedHosts', () => {
  let rows: TestRows;
  beforeAll(async () => {
    rows = await TestRows.open();
  });
  afterAll(() => rows.close());

  it('LimitedHosts lists limits that other processes have learned, and omits hosts without waiting images', async () => {
    const workers = new WorkersRepository(rows.dataSource);
    const origin = { running: 1, concurrency: 8, breaker: 'closed' as const };
    const limit = { requests_per_minute: 30, paused_until: null, reason: null };
    const origins = [
      { host: 'localhost', ...origin, ...limit },
      { host: 'other.example', ...origin, ...limit },
    ];
    await workers.renewWorker(createWorkerRow({ origins }));
    const { id } = await rows.insertRequest(60);
    const connections = new ReadConnections(rows.dataSource, new Env());
    const hosts = new LimitedHosts(workers, new StatisticsRepository(connections));
    expect(await hosts.listHosts({ id, status: 'processing' })).toMatchObject([
      { host: 'localhost', requests_per_minute: 30, images_waiting: 60, eta_seconds: 120 },
    ]);
    expect(await hosts.listHosts({ id, status: 'completed' })).toEqual([]);
  });
});
