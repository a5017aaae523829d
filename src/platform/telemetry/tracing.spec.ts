import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Env } from '../config/env.js';
import { findUnsupported, isTracingOn, Tracing } from './tracing.js';

const settings = (changes: Partial<Env>): Env => Object.assign(new Env(), changes);
const ENDPOINT = 'http://127.0.0.1:4318';

describe('isTracingOn()', () => {
  it('isTracingOn() returns false by default and if the exporter is none', () => {
    expect(isTracingOn(settings({}))).toBe(false);
    const none = { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT } as const;
    expect(isTracingOn(settings(none))).toBe(false);
  });

  it('isTracingOn() returns true for the otlp exporter, or if only an endpoint is set', () => {
    expect(isTracingOn(settings({ OTEL_TRACES_EXPORTER: 'otlp' }))).toBe(true);
    expect(isTracingOn(settings({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }))).toBe(true);
    const ofTraces = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/v1/traces` };
    expect(isTracingOn(settings(ofTraces))).toBe(true);
  });

  it('isTracingOn() returns false when OTEL_SDK_DISABLED is true', () => {
    const disabled = { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT };
    expect(isTracingOn(settings(disabled))).toBe(false);
    expect(isTracingOn(settings({ ...disabled, OTEL_SDK_DISABLED: 'false' }))).toBe(true);
  });
});

describe('findUnsupported()', () => {
  it.each([
    { OTEL_TRACES_EXPORTER: 'console' },
    { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' },
  ])('findUnsupported() names the setting of %o, and the app exports nothing', (changes) => {
    expect(findUnsupported(settings(changes))).toMatch(/^No traces are exported: .*not supported/);
    expect(isTracingOn(settings(changes))).toBe(false);
  });

  it.each([
    {},
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' },
    { OTEL_SDK_DISABLED: 'true', OTEL_TRACES_EXPORTER: 'console' },
  ])('findUnsupported() returns undefined for %o', (changes) => {
    expect(findUnsupported(settings(changes))).toBeUndefined();
  });
});

describe('Tracing', () => {
  const tracing = new Tracing(settings({ OTEL_TRACES_EXPORTER: 'otlp' }));
  beforeAll(() => tracing.onModuleInit());
  afterAll(() => tracing.onApplicationShutdown());
  // The spans do not end, so nothing is exported.
  const traced = (parent?: string) => tracing.startSpan('upload', { kind: 'server', parent })!;
  const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

  it('Tracing starts no span while it is off', async () => {
    const off = new Tracing(new Env());
    await off.onModuleInit();
    expect(off.startSpan('upload', { kind: 'server' })).toBeUndefined();
  });

  it('Tracing continues a valid traceparent, even of a later version', () => {
    for (const traceparent of [
      `00-${TRACE_ID}-00f067aa0ba902b7-01`,
      `01-${TRACE_ID}-00f067aa0ba902b7-01-later`,
    ]) {
      expect(traced(traceparent).traceId).toBe(TRACE_ID);
    }
  });

  it('Tracing respects the decision of the caller not to sample', () => {
    const { traceparent } = traced(`00-${TRACE_ID}-00f067aa0ba902b7-00`);
    expect(traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
  });

  it('Tracing starts a new trace for an invalid traceparent', () => {
    for (const traceparent of [
      '',
      'junk',
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
      `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
      `ff-${TRACE_ID}-00f067aa0ba902b7-01`,
    ]) {
      const { traceId } = traced(traceparent);
      expect(traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(traceId).not.toBe(TRACE_ID);
    }
  });

  it('Tracing gives a child the trace of its parent', () => {
    const span = traced();
    expect(span.startChild('store').traceId).toBe(span.traceId);
  });
});
