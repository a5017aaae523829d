import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Ticker } from '../../platform/concurrency/ticker.js';
import { Env } from '../../platform/config/env.js';
import { StorageUsageRepository } from '../../platform/database/repositories/storage-usage.js';
import { StorageBudgetReachedError } from '../../platform/errors/storage-errors.js';
import { StoragePause } from '../../platform/storage/storage-pause.js';

const INTERVAL_MS = 1000;

/**
 * Pauses processing while the artifacts use `MAX_STORAGE_BYTES`, as on a full disk. Pending images wait.
 * Images in flight end, so the budget may be exceeded by them.
 */
@Injectable()
export class StorageBudget implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ticker = new Ticker(() => this.checkBudget(), INTERVAL_MS);

  constructor(
    private readonly usage: StorageUsageRepository,
    private readonly pause: StoragePause,
    private readonly env: Env,
  ) {}

  onApplicationBootstrap(): void {
    if (this.env.MAX_STORAGE_BYTES === 0) return;
    this.pause.addCondition(() => this.assertWithinBudget());
    this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }

  /** @throws StorageBudgetReachedError */
  async assertWithinBudget(): Promise<void> {
    const budget = this.env.MAX_STORAGE_BYTES;
    const used = await this.usage.usedBytes();
    if (used >= budget) throw new StorageBudgetReachedError(used, budget);
  }

  private async checkBudget(): Promise<void> {
    if (this.pause.isPaused) return;
    try {
      await this.assertWithinBudget();
    } catch (error) {
      // An unavailable database pauses processing by itself, so only the budget is reported.
      this.pause.report(error);
    }
  }
}
