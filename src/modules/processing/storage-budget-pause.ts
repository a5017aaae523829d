import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { Ticker } from '../../platform/concurrency/ticker.js';
import { StorageBudget } from '../../platform/database/storage-budget.js';
import { StoragePause } from '../../platform/storage/storage-pause.js';

const CHECK_INTERVAL_MS = 5000;

/**
 * Pauses processing while the artifacts use `MAX_STORAGE_BYTES`, as if the disk were full. Pending images wait.
 * Images in flight are still completed, so the artifacts may exceed the budget.
 */
@Injectable()
export class StorageBudgetPause implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ticker = new Ticker(() => this.checkBudget(), CHECK_INTERVAL_MS);
  private subscription?: Subscription;

  constructor(
    private readonly budget: StorageBudget,
    private readonly storagePause: StoragePause,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.budget.isLimited) return;
    // The readiness check may be the first to detect an exhausted budget.
    this.subscription = this.budget.limitReached.subscribe((fault) =>
      this.storagePause.reportError(fault),
    );
    this.storagePause.addCondition(() => this.assertWithinBudget());
    this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.subscription?.unsubscribe();
    await this.ticker.stop();
  }

  /** @throws StorageBudgetReachedError */
  private async assertWithinBudget(): Promise<void> {
    const error = await this.budget.findBudgetError();
    if (error) throw error;
  }

  private async checkBudget(): Promise<void> {
    if (this.storagePause.isPaused) return;
    try {
      await this.budget.findBudgetError();
    } catch {
      // Ignored, because processing pauses anyway while the database is unavailable.
    }
  }
}
