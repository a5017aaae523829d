import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { StorageBudget } from '../../platform/database/storage-budget.js';
import { AppError } from '../../platform/errors/app-error.js';
import { StorageBudgetReachedError } from '../../platform/errors/storage-errors.js';
import { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { StoragePause } from '../../platform/storage/storage-pause.js';

/** Maximum time that a check waits for PostgreSQL. */
const BUDGET_TIMEOUT_MS = 1000;

/** Checks that the artifact folder or bucket is writable, has free space, and is within the storage budget. */
@Injectable()
export class StorageHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly storagePause: StoragePause,
    private readonly budget: StorageBudget,
    private readonly store: ArtifactStore,
  ) {}

  async check() {
    const indicator = this.indicators.check('storage');
    const fault = this.storagePause.fault.value ?? (await this.findBudgetFault());
    // The app stays ready, because calls that delete requests free storage.
    if (fault instanceof StorageBudgetReachedError) {
      return indicator.degraded({ code: fault.code, message: fault.message });
    }
    if (fault) return indicator.down({ code: fault.code, message: fault.message });
    try {
      await this.store.checkAccess();
      return indicator.up();
    } catch (error) {
      if (!(error instanceof AppError)) return indicator.down((error as Error).message);
      return indicator.down({ code: error.code, message: error.message });
    }
  }

  /** Checks the budget here, because its pause affects only workers. Ignores faults that the database check reports. */
  private findBudgetFault(): Promise<AppError | undefined> {
    const budgetFault = this.budget.findBudgetError().catch(() => undefined);
    return Promise.race([budgetFault, setTimeout(BUDGET_TIMEOUT_MS, undefined, { ref: false })]);
  }
}
