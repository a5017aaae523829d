import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import {
  type Context,
  diag,
  DiagLogLevel,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Instance } from '../config/instance.js';
import type { SpanAttributes, SpanOptions, TraceSpan } from './trace-span.js';

/** Maximum time that the shutdown waits for the collector. */
const SHUTDOWN_TIMEOUT_MS = 2000;

const SPAN_KINDS = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
};

/**
 * Exports spans with OTLP over HTTP. The SDK reads the endpoint, headers, sampler and batch sizes from the
 * `OTEL_` environment variables. Only `tracing.ts` loads this file, and only if tracing is on.
 */
export class TraceExport {
  private readonly provider: BasicTracerProvider;
  private readonly tracer: Tracer;

  constructor(serviceName: string, { instance, version, role }: Instance) {
    logExportErrors();
    const attributes = {
      'service.name': serviceName,
      'service.version': version,
      'service.instance.id': instance,
      'pressroom.role': role,
    };
    this.provider = new BasicTracerProvider({
      resource: defaultResource()
        .merge(resourceFromAttributes(attributes))
        .merge(detectResources({ detectors: [envDetector] })),
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
    });
    this.tracer = this.provider.getTracer('pressroom', version);
  }

  startSpan(name: string, { kind, parent }: SpanOptions): TraceSpan {
    const context = parseTraceparent(parent ?? '');
    return new OtelSpan(
      this.tracer,
      this.tracer.startSpan(name, { kind: SPAN_KINDS[kind] }, context),
      context,
    );
  }

  async shutdown(): Promise<void> {
    await Promise.race([
      this.provider.shutdown(),
      setTimeout(SHUTDOWN_TIMEOUT_MS, undefined, { ref: false }),
    ]);
  }
}

class OtelSpan implements TraceSpan {
  constructor(
    private readonly tracer: Tracer,
    private readonly span: Span,
    private readonly parent: Context,
  ) {}

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  startChild(name: string): TraceSpan {
    const context = trace.setSpan(this.parent, this.span);
    return new OtelSpan(this.tracer, this.tracer.startSpan(name, {}, context), context);
  }

  setAttributes(attributes: SpanAttributes): void {
    this.span.setAttributes(attributes);
  }

  setFailed(code: string): void {
    this.span.setAttribute('error.type', code);
    this.span.setStatus({ code: SpanStatusCode.ERROR, message: code });
  }

  end(): void {
    this.span.end();
  }
}

/** Parses a `traceparent` header (W3C Trace Context). An invalid header starts a new trace. */
function parseTraceparent(traceparent: string): Context {
  const match = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/.exec(
    traceparent,
  );
  if (!match) return ROOT_CONTEXT;
  const [, traceId, spanId, flags] = match;
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

const ignoreMessage = () => undefined;

/** Forwards failed exports to the app's logger. By default, the SDK reports them only to its own logger. */
function logExportErrors(): void {
  const log = new Logger('Traces');
  const warn = (message: string) => log.warn(message);
  diag.setLogger(
    { error: warn, warn, info: ignoreMessage, debug: ignoreMessage, verbose: ignoreMessage },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
