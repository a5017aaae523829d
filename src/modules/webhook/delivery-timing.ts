import { Injectable } from '@nestjs/common';
import { parseDurations } from '../../platform/config/durations.js';
import { Env } from '../../platform/config/env.js';

/**
 * Time after the timeout within which a worker must record the result. After that, other workers may claim the
 * delivery.
 */
const GRACE_SECONDS = 5;

/** Delays, timeout and lease of deliveries. */
@Injectable()
export class DeliveryTiming {
  /** Delays before each attempt, in milliseconds. */
  readonly schedule: number[];
  readonly timeoutMs: number;
  readonly leaseSeconds: number;

  constructor(env: Env) {
    this.schedule = parseDurations(env.WEBHOOK_RETRY_SCHEDULE);
    this.timeoutMs = env.WEBHOOK_TIMEOUT_SECONDS * 1000;
    this.leaseSeconds = env.WEBHOOK_TIMEOUT_SECONDS + GRACE_SECONDS;
  }
}
