import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { RedisProbe } from '../../platform/queues/redis-probe.js';

/**
 * Checks that Redis answers and accepts writes. An unreachable Redis leaves the app ready, because uploads
 * are accepted and wait. So does one that evicts jobs, because they are enqueued again.
 */
@Injectable()
export class RedisHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly probe: RedisProbe,
  ) {}

  async check() {
    const indicator = this.indicators.check('redis');
    const [fault, warning] = await Promise.all([this.probe.findError(), this.probe.findWarning()]);
    const found = fault ?? warning;
    if (!found) return indicator.up();
    const { code, message } = found;
    return !fault || this.probe.isTransient(fault)
      ? indicator.degraded({ code, message })
      : indicator.down({ code, message });
  }
}
