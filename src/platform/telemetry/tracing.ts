import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Env } from '../config/env.js';
import { instanceOf } from '../config/instance.js';
import type { TraceExport } from './trace-export.js';
import type { SpanOptions, TraceSpan } from './trace-span.js';

/**
 * Starts spans and exports them by OTLP. Off by default: then no span exists, and the SDK of OpenTelemetry is
 * not loaded.
 *
 * @example
 * const span = tracing.startSpan('upload', { kind: 'server', parent: request.get('traceparent') });
 */
@Injectable()
export class Tracing implements OnModuleInit, OnApplicationShutdown {
  private traces?: TraceExport;

  constructor(private readonly env: Env) {}

  async onModuleInit(): Promise<void> {
    if (!isTracingOn(this.env)) return;
    const { TraceExport } = await import('./trace-export.js');
    this.traces = new TraceExport(this.env.OTEL_SERVICE_NAME, instanceOf(this.env));
  }

  /** Returns undefined while tracing is off. The caller ends the span. */
  startSpan(name: string, options: SpanOptions): TraceSpan | undefined {
    return this.traces?.startSpan(name, options);
  }

  /** Exports the remaining spans. */
  async onApplicationShutdown(): Promise<void> {
    await this.traces?.shutdown();
  }
}

/** An endpoint alone turns tracing on, because `otlp` is the default exporter of OpenTelemetry. */
export function isTracingOn({
  OTEL_TRACES_EXPORTER: exporter,
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
}: Pick<Env, 'OTEL_TRACES_EXPORTER' | 'OTEL_EXPORTER_OTLP_ENDPOINT'>): boolean {
  return exporter === 'otlp' || (exporter === '' && endpoint !== undefined);
}
