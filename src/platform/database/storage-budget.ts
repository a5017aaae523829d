import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import { Env } from '../config/env.js';
import { StorageBudgetReachedError } from '../errors/storage-errors.js';
import { StorageUsageRepository } from './repositories/storage-usage.js';

/** Time for which all callers share the result of one statement. */
const CACHE_MS = 1000;

/** Compares the size of all artifacts with `MAX_STORAGE_BYTES`. */
@Injectable()
export class StorageBudget {
  /** Emits an error when a check finds that the artifacts use the entire budget. */
  readonly limitReached = new Subject<StorageBudgetReachedError>();

  private cachedResult?: { error?: StorageBudgetReachedError; checkedAt: number };
  private pendingCheck?: Promise<StorageBudgetReachedError | undefined>;

  constructor(
    private readonly usage: StorageUsageRepository,
    private readonly env: Env,
  ) {}

  /** True if `MAX_STORAGE_BYTES` is set. */
  get isLimited(): boolean {
    return this.env.MAX_STORAGE_BYTES > 0;
  }

  /**
   * Returns an error if the budget is exhausted. The result may be a second old. Rejects if PostgreSQL is
   * unavailable.
   */
  async findBudgetError(): Promise<StorageBudgetReachedError | undefined> {
    if (!this.isLimited) return undefined;
    const { cachedResult } = this;
    if (cachedResult && performance.now() - cachedResult.checkedAt < CACHE_MS) {
      return cachedResult.error;
    }
    this.pendingCheck ??= this.checkUsage().finally(() => (this.pendingCheck = undefined));
    return this.pendingCheck;
  }

  private async checkUsage(): Promise<StorageBudgetReachedError | undefined> {
    const budget = this.env.MAX_STORAGE_BYTES;
    const usedBytes = await this.usage.sumBytes();
    const error =
      usedBytes >= budget ? new StorageBudgetReachedError(usedBytes, budget) : undefined;
    this.cachedResult = { error, checkedAt: performance.now() };
    if (error) this.limitReached.next(error);
    return error;
  }
}
