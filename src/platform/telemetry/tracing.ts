import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Env } from '../config/env.js';
import { createInstance } from '../config/instance.js';
import type { TraceExport } from './trace-export.js';
import type { SpanOptions, TraceSpan } from './trace-span.js';

/**
 * Starts spans and exports them with OTLP. Tracing is off by default: no spans are created, and the
 * OpenTelemetry SDK is not loaded.
 *
 * @example
 * const span = tracing.startSpan('upload', { kind: 'server', parent: request.get('traceparent') });
 */
@Injectable()
export class Tracing implements OnModuleInit, OnApplicationShutdown {
  private traceExport?: TraceExport;

  constructor(private readonly env: Env) {}

  async onModuleInit(): Promise<void> {
    const message = describeUnsupportedSetting(this.env);
    if (message) new Logger('Traces').warn({ message });
    if (!isTracingOn(this.env)) return;
    const { TraceExport } = await import('./trace-export.js');
    this.traceExport = new TraceExport(this.env.OTEL_SERVICE_NAME, createInstance(this.env));
  }

  /** Starts a span, which the caller must end. Returns undefined while tracing is off. */
  startSpan(name: string, options: SpanOptions): TraceSpan | undefined {
    return this.traceExport?.startSpan(name, options);
  }

  /** Exports the remaining spans. */
  async onApplicationShutdown(): Promise<void> {
    await this.traceExport?.shutdown();
  }
}

type TracingSettings = Pick<
  Env,
  | 'OTEL_SDK_DISABLED'
  | 'OTEL_TRACES_EXPORTER'
  | 'OTEL_EXPORTER_OTLP_ENDPOINT'
  | 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
  | 'OTEL_EXPORTER_OTLP_PROTOCOL'
  | 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'
>;

/** The exporter sends JSON. Collectors that accept protobuf over HTTP also accept JSON. */
const SUPPORTED_PROTOCOLS = ['', 'http/json', 'http/protobuf'];

export function isTracingOn(env: TracingSettings): boolean {
  return isTracingRequested(env) && describeUnsupportedSetting(env) === undefined;
}

/** Describes the setting that prevents the export of traces. Returns undefined if there is none. */
export function describeUnsupportedSetting(env: TracingSettings): string | undefined {
  if (!isTracingRequested(env)) return undefined;
  const exporter = env.OTEL_TRACES_EXPORTER;
  if (exporter !== '' && exporter !== 'otlp') {
    return `No traces are exported: OTEL_TRACES_EXPORTER=${exporter} is not supported. Use otlp or none.`;
  }
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (SUPPORTED_PROTOCOLS.includes(protocol)) return undefined;
  return `No traces are exported: the OTLP protocol ${protocol} is not supported. Set OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf, and set the endpoint to the HTTP port of the collector, usually 4318.`;
}

/** An endpoint alone turns tracing on, because `otlp` is the default exporter in OpenTelemetry. */
function isTracingRequested(env: TracingSettings): boolean {
  if (env.OTEL_SDK_DISABLED.toLowerCase() === 'true') return false;
  const { OTEL_TRACES_EXPORTER: exporter } = env;
  if (exporter !== '') return exporter !== 'none';
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return endpoint !== undefined;
}
