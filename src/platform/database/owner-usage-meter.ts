import { Injectable } from '@nestjs/common';
import { OwnerUsageRepository } from './repositories/owner-usage.js';

/** Cost of one image. */
export interface ImageCost {
  /** False for a failed image. */
  isCompleted: boolean;
  bytesIn: number;
  bytesOut: number;
}

interface OwnerTotals {
  completedCount: number;
  failedCount: number;
  bytesIn: number;
  bytesOut: number;
  compressionMs: number;
}

/**
 * Adds up the cost of images per owner. {@link flush} adds the totals to the database. The statement that
 * records outcomes does not update them, because it would often wait for a row that all processes update.
 */
@Injectable()
export class OwnerUsageMeter {
  private totals = new Map<string, OwnerTotals>();

  constructor(private readonly usage: OwnerUsageRepository) {}

  addImage(owner: string, { isCompleted, bytesIn, bytesOut }: ImageCost): void {
    const totals = this.getOrCreateTotals(owner);
    if (isCompleted) totals.completedCount += 1;
    else totals.failedCount += 1;
    totals.bytesIn += bytesIn;
    totals.bytesOut += bytesOut;
  }

  /** Adds the duration of a compression, even if it failed. */
  addCompression(owner: string, durationMs: number): void {
    this.getOrCreateTotals(owner).compressionMs += durationMs;
  }

  /** Writes the totals. If that fails, keeps them for the next call. */
  async flush(): Promise<void> {
    if (this.totals.size === 0) return;
    const flushedTotals = this.totals;
    this.totals = new Map();
    try {
      await this.usage.addCosts(
        Array.from(flushedTotals, ([owner, totals]) => toCost(owner, totals)),
      );
    } catch (error) {
      for (const [owner, totals] of flushedTotals) this.addTotals(owner, totals);
      throw error;
    }
  }

  private addTotals(owner: string, addedTotals: OwnerTotals): void {
    const totals = this.getOrCreateTotals(owner);
    for (const key of Object.keys(totals) as (keyof OwnerTotals)[]) totals[key] += addedTotals[key];
  }

  private getOrCreateTotals(owner: string): OwnerTotals {
    const existingTotals = this.totals.get(owner);
    if (existingTotals) return existingTotals;
    const totals = { completedCount: 0, failedCount: 0, bytesIn: 0, bytesOut: 0, compressionMs: 0 };
    this.totals.set(owner, totals);
    return totals;
  }
}

const toCost = (owner: string, totals: OwnerTotals) => ({
  owner,
  images_completed: String(totals.completedCount),
  images_failed: String(totals.failedCount),
  bytes_in: String(totals.bytesIn),
  bytes_out: String(totals.bytesOut),
  compression_ms: String(Math.round(totals.compressionMs)),
});
