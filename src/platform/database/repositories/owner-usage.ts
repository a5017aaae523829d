import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import {
  ADD_OWNER_USAGE,
  type OwnerCost,
  toOwnerUsageParameters,
} from '../statements/add-owner-usage.js';
import { SUM_OWNER_USAGE } from '../statements/sum-owner-usage.js';

/** Reads and updates the daily usage of each owner. */
@Injectable()
export class OwnerUsageRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async addCosts(costs: readonly OwnerCost[]): Promise<void> {
    await this.dataSource.query(ADD_OWNER_USAGE, toOwnerUsageParameters(costs));
  }

  /** @param days number of days, including today (UTC) */
  sumByOwner(days: number, limit: number, afterOwner?: string): Promise<OwnerCost[]> {
    return this.dataSource.query(SUM_OWNER_USAGE, [days, limit, afterOwner ?? null]);
  }
}
