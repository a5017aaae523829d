import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import {
  type ClaimedDelivery,
  DeliveriesRepository,
} from '../../platform/database/repositories/deliveries.js';
import { Poster } from '../../platform/http-client/poster.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { prepareCall } from './delivery-call.js';
import { DeliveryTiming } from './delivery-timing.js';
import { judgeAnswer, judgeFailure, type Verdict } from './verdict.js';

/** Receivers may ask for longer delays than origins of images. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/** Values of the label `outcome`. */
const OUTCOMES: Record<Verdict['status'], string> = {
  delivered: 'delivered',
  pending: 'retried',
  failed: 'failed',
  disabled: 'disabled',
};

interface Attempt {
  startedAt: Date;
  durationMs: number;
  statusCode: number | null;
  verdict: Verdict;
}

/** Makes one attempt of a delivery: prepares the call, sends it and records the result. */
@Injectable()
export class DeliverySender {
  private readonly log = new Logger(DeliverySender.name);

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly poster: Poster,
    private readonly timing: DeliveryTiming,
    private readonly metrics: Metrics,
  ) {
    for (const outcome of Object.values(OUTCOMES)) {
      metrics.increment('pressroom_webhook_attempts_total', { outcome }, 0);
    }
  }

  /** @throws the reason of `signal` when it aborted the attempt; nothing is recorded then */
  async send(delivery: ClaimedDelivery, signal: AbortSignal): Promise<void> {
    const attempt = await this.makeCall(delivery, signal);
    const outcome = OUTCOMES[attempt.verdict.status];
    this.metrics.increment('pressroom_webhook_attempts_total', { outcome });
    const seconds = attempt.durationMs / 1000;
    this.metrics.observe('pressroom_webhook_attempt_duration_seconds', {}, seconds);
    if (attempt.verdict.status === 'delivered') await this.handleSuccess(delivery, attempt);
    else await this.handleFailure(delivery, attempt);
  }

  private async makeCall(delivery: ClaimedDelivery, signal: AbortSignal): Promise<Attempt> {
    const { schedule, timeoutMs } = this.timing;
    const startedAt = new Date();
    const began = performance.now();
    const duration = () => Math.round(performance.now() - began);
    try {
      const { url, body, headers } = prepareCall(delivery, startedAt);
      const answer = await this.poster.post(url, body, headers, {
        timeoutMs,
        longestRetryAfterMs: MAX_RETRY_AFTER_MS,
        signal,
      });
      const verdict = judgeAnswer(answer, delivery.attempts, schedule);
      return { startedAt, durationMs: duration(), statusCode: answer.status, verdict };
    } catch (error) {
      if (signal.aborted || !(error instanceof AppError)) throw error;
      const verdict = judgeFailure(error, delivery.attempts, schedule);
      return { startedAt, durationMs: duration(), statusCode: null, verdict };
    }
  }

  private async handleSuccess(delivery: ClaimedDelivery, attempt: Attempt): Promise<void> {
    await this.record(delivery, attempt);
    this.log.log({ message: 'Webhook delivered', attempt: delivery.attempts });
  }

  private async handleFailure(delivery: ClaimedDelivery, attempt: Attempt): Promise<void> {
    await this.record(delivery, attempt);
    const { status, delayMs, error } = attempt.verdict;
    const next =
      status === 'pending' ? `will be retried in ${Math.ceil(delayMs / 1000)} s` : `now ${status}`;
    this.log.warn({
      message: `Webhook delivery failed; ${next}`,
      attempt: delivery.attempts,
      code: error?.code,
    });
  }

  private record({ id, lease }: ClaimedDelivery, { verdict, ...attempt }: Attempt): Promise<void> {
    const { error, ...next } = verdict;
    return this.deliveries.finish({ deliveryId: id, lease, ...attempt, error, next });
  }
}
