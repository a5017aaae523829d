import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Env } from '../../platform/config/env.js';
import { consumesQueues } from '../../platform/config/role-env.js';
import { StorageBudgetReachedError } from '../../platform/errors/storage-errors.js';
import { StoragePause } from '../../platform/storage/storage-pause.js';
import { Metrics } from '../../platform/telemetry/metrics.js';

/** Reports the storage state. Only processes that store images know it. */
@Injectable()
export class StorageMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly storagePause: StoragePause,
    private readonly env: Env,
  ) {}

  onModuleInit(): void {
    const { metrics, env } = this;
    const budget = env.MAX_STORAGE_BYTES;
    if (budget > 0) metrics.set('pressroom_storage_max_bytes', {}, budget);
    if (consumesQueues(env)) metrics.onScrape(() => this.collectStorage());
  }

  /** An exhausted budget is not a storage fault. */
  private collectStorage(): void {
    const fault = this.storagePause.fault.value;
    const isUp = fault === undefined || fault instanceof StorageBudgetReachedError;
    this.metrics.set('pressroom_dependency_up', { dependency: 'storage' }, isUp ? 1 : 0);
  }
}
