import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { DatabaseProbe } from '../../platform/database/database-probe.js';

/** PostgreSQL answers, its tables are not locked, and its schema is one that this version knows. */
@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly probe: DatabaseProbe,
  ) {}

  async check() {
    const indicator = this.indicators.check('database');
    const fault = await this.probe.findFault();
    return fault ? indicator.down({ code: fault.code, message: fault.message }) : indicator.up();
  }
}
