import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Env } from '../config/env.js';
import { describeUnsupportedSetting, isTracingOn, Tracing } from './tracing.js';

const createSettings = (changes: Partial<Env>): Env => Object.assign(new Env(), changes);
const ENDPOINT = 'http://127.0.0.1:4318';

describe('isTracingOn()', () => {
  it('isTracingOn() returns false by default and for the exporter none', () => {
    expect(isTracingOn(createSettings({}))).toBe(false);
    const disabledExporter = {
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT,
    } as const;
    expect(isTracingOn(createSettings(disabledExporter))).toBe(false);
  });

  it('isTracingOn() returns true for the otlp exporter, or if only an endpoint is set', () => {
    expect(isTracingOn(createSettings({ OTEL_TRACES_EXPORTER: 'otlp' }))).toBe(true);
    expect(isTracingOn(createSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }))).toBe(true);
    const tracesEndpoint = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/v1/traces` };
    expect(isTracingOn(createSettings(tracesEndpoint))).toBe(true);
  });

  it('isTracingOn() returns false when OTEL_SDK_DISABLED is true', () => {
    const disabledSettings = { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT };
    expect(isTracingOn(createSettings(disabledSettings))).toBe(false);
    expect(isTracingOn(createSettings({ ...disabledSettings, OTEL_SDK_DISABLED: 'false' }))).toBe(
      true,
    );
  });
});

describe('describeUnsupportedSetting()', () => {
  it.each([
    { OTEL_TRACES_EXPORTER: 'console' },
    { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' },
  ])(
    'describeUnsupportedSetting() describes the unsupported setting in %o, and isTracingOn() returns false',
    (changes) => {
      expect(describeUnsupportedSetting(createSettings(changes))).toMatch(
        /^No traces are exported: .*not supported/,
      );
      expect(isTracingOn(createSettings(changes))).toBe(false);
    },
  );

  it.each([
    {},
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' },
    { OTEL_SDK_DISABLED: 'true', OTEL_TRACES_EXPORTER: 'console' },
  ])('describeUnsupportedSetting() returns undefined for %o', (changes) => {
    expect(describeUnsupportedSetting(createSettings(changes))).toBeUndefined();
  });
});

describe('Tracing', () => {
  const tracing = new Tracing(createSettings({ OTEL_TRACES_EXPORTER: 'otlp' }));
  beforeAll(() => tracing.onModuleInit());
  afterAll(() => tracing.onApplicationShutdown());
  // Nothing is exported, because the spans never end.
  const startSpan = (parent?: string) => tracing.startSpan('upload', { kind: 'server', parent })!;
  const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

  it('Tracing starts no span while tracing is off', async () => {
    const disabledTracing = new Tracing(new Env());
    await disabledTracing.onModuleInit();
    expect(disabledTracing.startSpan('upload', { kind: 'server' })).toBeUndefined();
  });

  it('Tracing continues the trace of a valid traceparent, even of a later version', () => {
    for (const traceparent of [
      `00-${TRACE_ID}-00f067aa0ba902b7-01`,
      `01-${TRACE_ID}-00f067aa0ba902b7-01-later`,
    ]) {
      expect(startSpan(traceparent).traceId).toBe(TRACE_ID);
    }
  });

  it('Tracing does not sample a trace that the caller does not sample', () => {
    const { traceparent } = startSpan(`00-${TRACE_ID}-00f067aa0ba902b7-00`);
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
      const { traceId } = startSpan(traceparent);
      expect(traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(traceId).not.toBe(TRACE_ID);
    }
  });

  it('Tracing starts a child span in the trace of its parent', () => {
    const span = startSpan();
    expect(span.startChild('store').traceId).toBe(span.traceId);
  });
});
