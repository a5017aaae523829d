import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { serveFile } from '../support/origin-behaviors.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';
import { TraceCollector } from '../support/trace-collector.js';
import type { ReceivedCall } from '../support/webhook-receiver.js';

let collector: TraceCollector;

const scenario = Scenario.forThisFile({
  origin: true,
  receiver: true,
  env: async () => {
    collector = await TraceCollector.start();
    return { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'catalog-images' };
  },
});
afterAll(() => collector.close());

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER_SPAN_ID = '00f067aa0ba902b7';

describe('A trace', () => {
  let requestId: string;
  let call: ReceivedCall;

  beforeAll(async () => {
    const { origin, receiver, api } = scenario;
    const photo = await photograph(64, 48).jpeg({ quality: 95 }).toBuffer();
    origin.on('/good.jpg', serveFile(photo, { 'content-type': 'image/jpeg' }));
    const hook = receiver.addEndpoint();
    const { body } = await api.upload(
      `serial,url\n1,${origin.url('/good.jpg')}\n2,${origin.url('/missing.jpg')}`,
      { webhook_url: hook.url },
      { headers: { traceparent: `00-${TRACE_ID}-${CALLER_SPAN_ID}-01` } },
    );
    requestId = body.request_id;
    call = await eventually(() => hook.calls[0], {
      timeoutMs: 30_000,
      description: 'the webhook to arrive',
    });
    // Exports the remaining spans.
    await scenario.app.stop();
  });

  it('A trace covers the upload, each image with its stages, and the webhook', () => {
    const { spans } = collector;
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE_ID]));
    const counts = ['upload', 'image', 'download', 'compress', 'store', 'record', 'webhook'].map(
      (name) => [name, collector.findSpans(name).length],
    );
    expect(Object.fromEntries(counts)).toEqual({
      upload: 1,
      image: 2,
      download: 2,
      compress: 1,
      store: 1,
      record: 2,
      webhook: 1,
    });
  });

  it("A trace continues the caller's trace", () => {
    const [upload] = collector.findSpans('upload');
    expect(upload.parentSpanId).toBe(CALLER_SPAN_ID);
    for (const { parentSpanId } of [
      ...collector.findSpans('image'),
      ...collector.findSpans('webhook'),
    ]) {
      expect(parentSpanId).toBe(upload.spanId);
    }
  });

  it('The trace context is propagated to the webhook receiver', () => {
    const [webhook] = collector.findSpans('webhook');
    expect(call.headers.traceparent).toBe(`00-${TRACE_ID}-${webhook.spanId}-01`);
  });

  it('A trace contains the error of a failed image and the request ID', () => {
    const attributes = collector
      .findSpans('image')
      .map((span) => Object.fromEntries(span.attributes.map(({ key, value }) => [key, value])));
    expect(attributes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          'error.type': { stringValue: 'http_404' },
          'pressroom.request_id': { stringValue: requestId },
        }),
      ]),
    );
  });

  it('A trace identifies the service and the process', () => {
    expect(collector.resources[0]).toMatchObject({
      'service.name': 'catalog-images',
      'service.version': expect.any(String),
      'pressroom.role': 'all',
    });
  });

  it('A trace ID appears in the log lines of the upload, the image and the webhook', () => {
    const tracedLines = scenario.app.logs.filter(({ trace_id: id }) => id === TRACE_ID);
    const messages = tracedLines.map(({ msg }) => msg);
    expect(messages).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^POST \/upload 202/),
        'Image failed',
        'Webhook delivered',
      ]),
    );
  });
});
