import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { JobQueues } from '../queues/job-queues.js';

const PATIENCE_MS = 1000;

/** Redis answers. While it does not, uploads are accepted and wait; nothing is compressed. */
@Injectable()
export class RedisHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly queues: JobQueues,
  ) {}

  async check() {
    const indicator = this.indicators.check('redis');
    try {
      const answer = await Promise.race([
        this.queues.ping(),
        setTimeout(PATIENCE_MS, 'no answer', { ref: false }),
      ]);
      return answer === 'PONG' ? indicator.up() : indicator.down(answer);
    } catch (error) {
      return indicator.down((error as Error).message);
    }
  }
}
