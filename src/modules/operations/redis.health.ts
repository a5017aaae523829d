import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { RedisProbe } from '../../platform/queues/redis-probe.js';

/**
 * Checks that Redis answers and accepts writes. An unreachable Redis leaves the app ready, because uploads
 * are accepted and wait.
 */
@Injectable()
export class RedisHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly probe: RedisProbe,
  ) {}

  async check() {
    const indicator = this.indicators.check('redis');
    const fault = await this.probe.findFault();
    if (!fault) return indicator.up();
    const { code, message } = fault;
    return this.probe.isTransient(fault)
      ? indicator.degraded({ code, message })
      : indicator.down({ code, message });
  }
}
