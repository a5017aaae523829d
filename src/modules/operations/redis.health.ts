import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { RedisProbe } from '../../platform/queues/redis-probe.js';

/**
 * Redis answers and stores what the queues need. While it is only away, the app is ready all the same:
 * uploads are accepted and wait.
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
