import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import { Env } from '../config/env.js';
import { StorageBudgetReachedError } from '../errors/storage-errors.js';
import { StorageUsageRepository } from './repositories/storage-usage.js';

/** Several callers share one statement. */
const CACHE_MS = 1000;

/** Compares the size of all artifacts with `MAX_STORAGE_BYTES`. */
@Injectable()
export class StorageBudget {
  /** Emits when a check finds that the artifacts use the whole budget. */
  readonly reached = new Subject<StorageBudgetReachedError>();

  private cached?: { fault?: StorageBudgetReachedError; at: number };
  private pending?: Promise<StorageBudgetReachedError | undefined>;

  constructor(
    private readonly usage: StorageUsageRepository,
    private readonly env: Env,
  ) {}

  /** False without a budget. */
  get isLimited(): boolean {
    return this.env.MAX_STORAGE_BYTES > 0;
  }

  /**
   * Returns the error of an exhausted budget. The result may be a second old. Rejects if PostgreSQL
   * is unavailable.
   */
  async findBudgetError(): Promise<StorageBudgetReachedError | undefined> {
    if (!this.isLimited) return undefined;
    if (this.cached && performance.now() - this.cached.at < CACHE_MS) return this.cached.fault;
    this.pending ??= this.checkUsage().finally(() => (this.pending = undefined));
    return this.pending;
  }

  private async checkUsage(): Promise<StorageBudgetReachedError | undefined> {
    const budget = this.env.MAX_STORAGE_BYTES;
    const used = await this.usage.sumBytes();
    const fault = used >= budget ? new StorageBudgetReachedError(used, budget) : undefined;
    this.cached = { fault, at: performance.now() };
    if (fault) this.reached.next(fault);
    return fault;
  }
}
