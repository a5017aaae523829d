import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import {
  type ClaimedDelivery,
  DeliveriesRepository,
} from '../../platform/database/repositories/deliveries.js';
import { Poster } from '../../platform/http-client/poster.js';
import { prepareCall } from './delivery-call.js';
import { DeliveryTiming } from './delivery-timing.js';
import { judgeAnswer, judgeFailure, type Verdict } from './verdict.js';

/** A receiver may ask for a longer pause than an image's host. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

interface Attempt {
  startedAt: Date;
  durationMs: number;
  statusCode: number | null;
  verdict: Verdict;
}

/** One try of one delivery: prepare, call, handle success or failure. */
@Injectable()
export class DeliverySender {
  private readonly log = new Logger(DeliverySender.name);

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly poster: Poster,
    private readonly timing: DeliveryTiming,
  ) {}

  /** @throws the reason of `signal` when that ended the try; then nothing was recorded. */
  async send(delivery: ClaimedDelivery, signal: AbortSignal): Promise<void> {
    const attempt = await this.makeCall(delivery, signal);
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
    const then =
      status === 'pending' ? `tried again in ${Math.ceil(delayMs / 1000)} s` : `now ${status}`;
    this.log.warn({
      message: `Webhook not delivered, ${then}`,
      attempt: delivery.attempts,
      code: error?.code,
    });
  }

  private record({ id, lease }: ClaimedDelivery, { verdict, ...attempt }: Attempt): Promise<void> {
    const { error, ...next } = verdict;
    return this.deliveries.finish({ deliveryId: id, lease, ...attempt, error, next });
  }
}
