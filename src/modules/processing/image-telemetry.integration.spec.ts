import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TraceCollector } from '../../../test/support/trace-collector.js';
import { Env } from '../../platform/config/env.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { Tracing } from '../../platform/telemetry/tracing.js';
import type { ImageResult } from './image-result.js';
import { ImageTelemetry } from './image-telemetry.js';

const IMAGE = {
  requestId: 'a',
  inputUrl: 'https://shop.example/1.jpg',
  lease: 'b',
  attempts: 1,
  interruptions: 0,
  options: { quality: 50, format: 'original' as const },
  outputs: null,
  preset: null,
  audit: null,
  owner: '',
  waitSeconds: 0,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  knownSource: null,
};

describe('ImageTelemetry', () => {
  let collector: TraceCollector;

  beforeAll(async () => {
    collector = await TraceCollector.start();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
    const tracing = new Tracing(
      Object.assign(new Env(), { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }),
    );
    await tracing.onModuleInit();
    const telemetry = new ImageTelemetry(new Metrics(), tracing);
    const endAttempt = (id: string, result: ImageResult) => {
      const attempt = telemetry.startAttempt({ ...IMAGE, id });
      Object.assign(attempt, { result, errorCode: 'image_taken_away' });
      attempt.end();
    };
    endAttempt('1', { status: 'released', reason: 'lost' });
    endAttempt('2', {
      status: 'failed',
      errorCode: 'http_404',
      errorMessage: 'The image was not found.',
    });
    await tracing.onApplicationShutdown();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await collector.close();
  });

  it('ImageTelemetry marks the span of a failed image as an error, but not the span of a released image', () => {
    const SPAN_STATUS_ERROR = 2;
    const hasErrorStatus = collector
      .findSpans('image')
      .map(({ status }) => status.code === SPAN_STATUS_ERROR);
    expect(hasErrorStatus).toEqual([false, true]);
  });
});
