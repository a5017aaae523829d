import { Injectable } from '@nestjs/common';
import { OwnerUsageRepository } from './repositories/owner-usage.js';

/** Cost of one image. */
export interface ImageCost {
  /** False for a failed image. */
  completed: boolean;
  bytesIn: number;
  bytesOut: number;
}

interface Sum {
  completed: number;
  failed: number;
  bytesIn: number;
  bytesOut: number;
  compressionMs: number;
}

/**
 * Sums the cost of images by owner. {@link flush} adds the sums to the database. The statement that
 * records outcomes runs often, so it must not wait for a row that all processes update.
 */
@Injectable()
export class OwnerUsageMeter {
  private sums = new Map<string, Sum>();

  constructor(private readonly usage: OwnerUsageRepository) {}

  addImage(owner: string, { completed, bytesIn, bytesOut }: ImageCost): void {
    const sum = this.getOrCreateSum(owner);
    if (completed) sum.completed += 1;
    else sum.failed += 1;
    sum.bytesIn += bytesIn;
    sum.bytesOut += bytesOut;
  }

  /** Adds the time of a compression, even of a failed one. */
  addCompression(owner: string, milliseconds: number): void {
    this.getOrCreateSum(owner).compressionMs += milliseconds;
  }

  /** Writes the sums. After an error they are kept for the next call. */
  async flush(): Promise<void> {
    if (this.sums.size === 0) return;
    const flushed = this.sums;
    this.sums = new Map();
    try {
      await this.usage.add(Array.from(flushed, ([owner, sum]) => toCost(owner, sum)));
    } catch (error) {
      for (const [owner, sum] of flushed) this.addSum(owner, sum);
      throw error;
    }
  }

  private addSum(owner: string, added: Sum): void {
    const sum = this.getOrCreateSum(owner);
    for (const key of Object.keys(sum) as (keyof Sum)[]) sum[key] += added[key];
  }

  private getOrCreateSum(owner: string): Sum {
    const known = this.sums.get(owner);
    if (known) return known;
    const sum = { completed: 0, failed: 0, bytesIn: 0, bytesOut: 0, compressionMs: 0 };
    this.sums.set(owner, sum);
    return sum;
  }
}

const toCost = (owner: string, sum: Sum) => ({
  owner,
  images_completed: String(sum.completed),
  images_failed: String(sum.failed),
  bytes_in: String(sum.bytesIn),
  bytes_out: String(sum.bytesOut),
  compression_ms: String(Math.round(sum.compressionMs)),
});
