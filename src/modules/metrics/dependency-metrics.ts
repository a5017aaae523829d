import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Env } from '../../platform/config/env.js';
import { DatabaseProbe } from '../../platform/database/database-probe.js';
import { BacklogRepository } from '../../platform/database/repositories/backlog.js';
import { JobQueues } from '../../platform/queues/job-queues.js';
import { RedisProbe } from '../../platform/queues/redis-probe.js';
import { Metrics } from '../../platform/telemetry/metrics.js';

/** Maximum time that a scrape waits for Redis. */
const TIMEOUT_MS = 1000;

/** Reports the state of PostgreSQL and Redis as this process sees it. */
@Injectable()
export class DependencyMetrics {
  constructor(
    private readonly metrics: Metrics,
    private readonly database: DatabaseProbe,
    private readonly backlog: BacklogRepository,
    private readonly redis: RedisProbe,
    private readonly queues: JobQueues,
    private readonly env: Env,
  ) {
    metrics.onScrape(() => this.collectDatabase());
    metrics.onScrape(() => this.collectRedis());
  }

  private async collectDatabase(): Promise<void> {
    this.setDependencyUp('postgresql', (await this.database.findError()) === undefined);
    const { active, idle, waiting, max } = this.backlog.pool;
    const { metrics } = this;
    metrics.set('pressroom_postgresql_pool_connections', { state: 'active' }, active);
    metrics.set('pressroom_postgresql_pool_connections', { state: 'idle' }, idle);
    metrics.set('pressroom_postgresql_pool_waiting', {}, waiting);
    metrics.set('pressroom_postgresql_pool_max', {}, max);
  }

  private async collectRedis(): Promise<void> {
    const { metrics, env } = this;
    metrics.set('pressroom_dispatch_window_images', {}, env.DISPATCH_WINDOW);
    const isUp = (await this.redis.findError()) === undefined;
    this.setDependencyUp('redis', isUp);
    const counts = isUp ? await this.countJobs() : undefined;
    if (!counts) return metrics.clear('pressroom_queue_jobs');
    for (const { queue, waiting, active } of counts) {
      metrics.set('pressroom_queue_jobs', { queue, state: 'waiting' }, waiting);
      metrics.set('pressroom_queue_jobs', { queue, state: 'active' }, active);
    }
  }

  /** Returns undefined if Redis does not respond in time. */
  private countJobs(): Promise<Awaited<ReturnType<JobQueues['countJobs']>> | undefined> {
    const counts = this.queues.countJobs().catch(() => undefined);
    return Promise.race([counts, setTimeout(TIMEOUT_MS, undefined, { ref: false })]);
  }

  private setDependencyUp(dependency: 'postgresql' | 'redis', isUp: boolean): void {
    this.metrics.set('pressroom_dependency_up', { dependency }, isUp ? 1 : 0);
  }
}
