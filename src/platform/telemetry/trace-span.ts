export type SpanAttributes = Record<string, string | number | boolean>;

/** One timed operation in a trace. */
export interface TraceSpan {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** `traceparent` header (W3C Trace Context) that passes the span to another process. */
  readonly traceparent: string;
  startChild(name: string): TraceSpan;
  setAttributes(attributes: SpanAttributes): void;
  /** Marks the span as failed. @param code error code */
  setFailed(code: string): void;
  end(): void;
}

export interface SpanOptions {
  kind: 'server' | 'consumer' | 'client';
  /** `traceparent` header that the caller sent or that was stored. An invalid value is ignored. */
  parent?: string | null;
}
