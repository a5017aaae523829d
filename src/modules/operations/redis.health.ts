import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { RedisProbe } from '../../platform/queues/redis-probe.js';

/**
 * Checks that Redis responds and accepts writes. The app stays ready if Redis is unreachable, because uploads
 * are accepted and wait. It also stays ready if Redis evicts jobs, because the app requeues the jobs.
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
    const problem = fault ?? warning;
    if (!problem) return indicator.up();
    const { code, message } = problem;
    return !fault || this.probe.isTransient(fault)
      ? indicator.degraded({ code, message })
      : indicator.down({ code, message });
  }
}
