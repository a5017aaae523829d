import { Injectable, Logger } from '@nestjs/common';
import { type LogContext, withLogContext } from '../../platform/logging/log-context.js';
import { AppError } from '../../platform/errors/app-error.js';
import {
  type ClaimedDelivery,
  DeliveriesRepository,
} from '../../platform/database/repositories/deliveries.js';
import { Poster } from '../../platform/http-client/poster.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import type { TraceSpan } from '../../platform/telemetry/trace-span.js';
import { Tracing } from '../../platform/telemetry/tracing.js';
import { prepareCall } from './signed-call.js';
import { DeliveryTiming } from './delivery-timing.js';
import { classifyResponse, classifyFailure, type AttemptResult } from './attempt-result.js';

/** Receivers may request longer delays than image origins. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/** Values of the label `outcome` in metrics. */
const OUTCOME_LABELS: Record<AttemptResult['status'], string> = {
  delivered: 'delivered',
  pending: 'retried',
  failed: 'failed',
  disabled: 'disabled',
};

interface DeliveryAttempt {
  startedAt: Date;
  durationMs: number;
  statusCode: number | null;
  result: AttemptResult;
}

/** Makes one delivery attempt: prepares the call, sends it and records the result. */
@Injectable()
export class DeliverySender {
  private readonly log = new Logger(DeliverySender.name);

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly poster: Poster,
    private readonly timing: DeliveryTiming,
    private readonly metrics: Metrics,
    private readonly tracing: Tracing,
  ) {
    for (const outcome of Object.values(OUTCOME_LABELS)) {
      metrics.increment('pressroom_webhook_attempts_total', { outcome }, 0);
    }
  }

  /** @throws the reason of `signal` if the signal aborts the attempt; the attempt is not recorded */
  async sendDelivery(delivery: ClaimedDelivery, signal: AbortSignal): Promise<void> {
    const span = this.startSpan(delivery);
    try {
      const context: LogContext = span ? { trace_id: span.traceId } : {};
      await withLogContext(context, () => this.sendTraced(delivery, signal, span));
    } finally {
      span?.end();
    }
  }

  private startSpan({ traceparent, ...delivery }: ClaimedDelivery): TraceSpan | undefined {
    if (traceparent === null) return undefined;
    const span = this.tracing.startSpan('webhook', { kind: 'client', parent: traceparent });
    span?.setAttributes({
      'pressroom.request_id': delivery.requestId,
      'pressroom.delivery_id': delivery.id,
      'pressroom.attempt': delivery.attempts,
    });
    return span;
  }

  private async sendTraced(
    delivery: ClaimedDelivery,
    signal: AbortSignal,
    span: TraceSpan | undefined,
  ): Promise<void> {
    const attempt = await this.makeCall(delivery, signal, span?.traceparent);
    const { error } = attempt.result;
    if (error) span?.setFailed(error.code);
    if (attempt.statusCode !== null) {
      span?.setAttributes({ 'http.response.status_code': attempt.statusCode });
    }
    const outcome = OUTCOME_LABELS[attempt.result.status];
    this.metrics.increment('pressroom_webhook_attempts_total', { outcome });
    const seconds = attempt.durationMs / 1000;
    this.metrics.observe('pressroom_webhook_attempt_duration_seconds', {}, seconds);
    if (attempt.result.status === 'delivered') await this.handleSuccess(delivery, attempt);
    else await this.handleFailure(delivery, attempt);
  }

  private async makeCall(
    delivery: ClaimedDelivery,
    signal: AbortSignal,
    traceparent: string | undefined,
  ): Promise<DeliveryAttempt> {
    const { schedule, timeoutMs } = this.timing;
    const startedAt = new Date();
    const startMs = performance.now();
    const measureDurationMs = () => Math.round(performance.now() - startMs);
    try {
      const { url, body, headers } = prepareCall(delivery, startedAt);
      const response = await this.poster.post(
        url,
        body,
        traceparent ? { ...headers, traceparent } : headers,
        {
          timeoutMs,
          maxRetryAfterMs: MAX_RETRY_AFTER_MS,
          signal,
        },
      );
      const result = classifyResponse(response, delivery.attempts, schedule);
      return { startedAt, durationMs: measureDurationMs(), statusCode: response.status, result };
    } catch (error) {
      if (signal.aborted || !(error instanceof AppError)) throw error;
      const result = classifyFailure(error, delivery.attempts, schedule);
      return { startedAt, durationMs: measureDurationMs(), statusCode: null, result };
    }
  }

  private async handleSuccess(delivery: ClaimedDelivery, attempt: DeliveryAttempt): Promise<void> {
    await this.recordAttempt(delivery, attempt);
    this.log.log({ message: 'Webhook delivered', attempt: delivery.attempts });
  }

  private async handleFailure(delivery: ClaimedDelivery, attempt: DeliveryAttempt): Promise<void> {
    await this.recordAttempt(delivery, attempt);
    const { status, delayMs, error } = attempt.result;
    const nextStep =
      status === 'pending'
        ? `will be retried in ${Math.ceil(delayMs / 1000)} s`
        : `no further attempts (${status})`;
    this.log.warn({
      message: `Webhook delivery failed; ${nextStep}`,
      attempt: delivery.attempts,
      code: error?.code,
    });
  }

  private recordAttempt(
    { id, lease }: ClaimedDelivery,
    { result, ...attempt }: DeliveryAttempt,
  ): Promise<void> {
    const { error, ...nextState } = result;
    return this.deliveries.recordAttempt({ deliveryId: id, lease, ...attempt, error, nextState });
  }
}
