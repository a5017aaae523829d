import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { DatabaseProbe } from '../../platform/database/database-probe.js';

/** Checks that PostgreSQL responds, that no table is locked, and that this version supports the schema. */
@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly probe: DatabaseProbe,
  ) {}

  async check() {
    const indicator = this.indicators.check('database');
    const fault = await this.probe.findError();
    return fault ? indicator.down({ code: fault.code, message: fault.message }) : indicator.up();
  }
}
