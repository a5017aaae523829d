export type SpanAttributes = Record<string, string | number | boolean>;

/** One timed piece of work in a trace. */
export interface TraceSpan {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The span as a header of W3C Trace Context, for another process. */
  readonly traceparent: string;
  startChild(name: string): TraceSpan;
  setAttributes(attributes: SpanAttributes): void;
  /** Marks the span as failed. @param code error code */
  fail(code: string): void;
  end(): void;
}

export interface SpanOptions {
  kind: 'server' | 'consumer' | 'client';
  /** Header `traceparent` of the caller, or the stored one. An invalid value is ignored. */
  parent?: string | null;
}
