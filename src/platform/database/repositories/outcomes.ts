import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Env } from '../../config/env.js';
import type { Outcome, RecordedOutcomes } from '../statements/outcome.js';
import { recordOutcomes } from '../statements/record-outcomes.js';

@Injectable()
export class OutcomesRepository {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly env: Env,
  ) {}

  recordOutcomes(outcomes: Outcome[]): Promise<RecordedOutcomes> {
    return recordOutcomes(this.dataSource, outcomes, this.env.RETENTION_DAYS);
  }
}
