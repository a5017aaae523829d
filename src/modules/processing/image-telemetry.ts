import { Injectable } from '@nestjs/common';
import type { LogContext } from '../../platform/logging/log-context.js';
import type { ClaimedImage } from '../../platform/database/statements/claim-images.js';
import { listOutputs, sumOutputBytes } from '../../platform/database/statements/outcome.js';
import { toErrorCodeLabel } from '../../platform/telemetry/error-code-label.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { StageTimer } from '../../platform/telemetry/stage-timer.js';
import type { TraceSpan } from '../../platform/telemetry/trace-span.js';
import { Tracing } from '../../platform/telemetry/tracing.js';
import { TracedImages } from './traced-images.js';
import type { ImageResult, ReleasedResult } from './image-result.js';

/** Error code of an image that is retried because its outcome was not recorded. */
const NOT_RECORDED_CODE = 'outcome_not_recorded';

/** One attempt of an image. */
export interface ImageAttempt {
  readonly stages: StageTimer;
  /** Fields of each log line of the attempt. */
  readonly logContext: LogContext;
  /** Recorded result; undefined until it is recorded. */
  result?: ImageResult;
  /** Code of the error that ended the attempt. */
  errorCode?: string;
  /** Reports the attempt. Call it once. */
  end(): void;
}

/** Reports each attempt of an image as metrics and a span after the attempt has ended. */
@Injectable()
export class ImageTelemetry {
  private readonly tracedImages = new TracedImages();

  constructor(
    private readonly metrics: Metrics,
    private readonly tracing: Tracing,
  ) {
    // The ratio of these counters is defined only if both exist from the start.
    for (const artifact of ['made', 'reused']) {
      metrics.increment('pressroom_images_completed_total', { artifact }, 0);
    }
  }

  /** Counts a job whose image was claimed by another worker or is finished. */
  recordUnclaimed(): ReleasedResult {
    this.metrics.increment('pressroom_images_released_total', { reason: 'unclaimed' });
    return { status: 'released', reason: 'unclaimed' };
  }

  startAttempt(image: ClaimedImage): ImageAttempt {
    const span = this.startSpan(image);
    const stages = new StageTimer(span);
    stages.addSeconds('wait', image.waitSeconds);
    const startedAt = performance.now();
    const attempt: ImageAttempt = {
      stages,
      logContext: {
        request_id: image.requestId,
        image_id: image.id,
        ...(span && { trace_id: span.traceId }),
      },
      end: () => {
        this.recordAttempt(attempt, (performance.now() - startedAt) / 1000);
        if (span) endSpan(span, attempt);
      },
    };
    return attempt;
  }

  private startSpan(image: ClaimedImage): TraceSpan | undefined {
    const { id, requestId, traceparent: parent } = image;
    if (parent === null || !this.tracedImages.addImage(requestId, id)) return undefined;
    const span = this.tracing.startSpan('image', { kind: 'consumer', parent });
    span?.setAttributes({
      'pressroom.request_id': requestId,
      'pressroom.image_id': id,
      'pressroom.attempt': image.attempts,
      'pressroom.wait_seconds': image.waitSeconds,
    });
    return span;
  }

  private recordAttempt({ stages, result, errorCode }: ImageAttempt, seconds: number): void {
    const { metrics } = this;
    metrics.observe('pressroom_image_duration_seconds', {}, seconds);
    for (const [stage, duration] of stages.seconds) {
      metrics.observe('pressroom_image_stage_duration_seconds', { stage }, duration);
    }
    if (result) this.countResult(result, errorCode);
  }

  private countResult(result: ImageResult, errorCode = NOT_RECORDED_CODE): void {
    const { metrics } = this;
    switch (result.status) {
      case 'completed': {
        const isNew = listOutputs(result).some(({ isNew }) => isNew);
        const artifact = isNew ? 'made' : 'reused';
        metrics.increment('pressroom_images_completed_total', { artifact });
        metrics.increment('pressroom_image_source_bytes_total', {}, result.bytesIn);
        metrics.increment('pressroom_image_artifact_bytes_total', {}, sumOutputBytes(result));
        break;
      }
      case 'audited':
        metrics.increment('pressroom_images_completed_total', { artifact: 'none' });
        break;
      case 'failed': {
        const code = toErrorCodeLabel(result.errorCode);
        metrics.increment('pressroom_images_failed_total', { code });
        break;
      }
      case 'retry':
        metrics.increment('pressroom_images_retried_total', { code: toErrorCodeLabel(errorCode) });
        break;
      case 'released':
        metrics.increment('pressroom_images_released_total', { reason: result.reason });
        break;
    }
  }
}

function endSpan(span: TraceSpan, { result, errorCode }: ImageAttempt): void {
  if (result) span.setAttributes({ 'pressroom.result': result.status });
  // An image that was canceled, or that this process released, did not fail.
  if (errorCode !== undefined && result?.status !== 'released') span.setFailed(errorCode);
  span.end();
}
