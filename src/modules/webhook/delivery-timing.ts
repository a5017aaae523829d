import { Injectable } from '@nestjs/common';
import { parseDurations } from '../../platform/config/durations.js';
import { Env } from '../../platform/config/env.js';

/** A worker that has not told how a call went this long after its time-out is gone. */
const GRACE_SECONDS = 5;

/** All that the sending of deliveries knows of time. */
@Injectable()
export class DeliveryTiming {
  /** Pauses before each try, in milliseconds. */
  readonly schedule: number[];
  readonly timeoutMs: number;
  readonly leaseSeconds: number;

  constructor(env: Env) {
    this.schedule = parseDurations(env.WEBHOOK_RETRY_SCHEDULE);
    this.timeoutMs = env.WEBHOOK_TIMEOUT_SECONDS * 1000;
    this.leaseSeconds = env.WEBHOOK_TIMEOUT_SECONDS + GRACE_SECONDS;
  }
}
