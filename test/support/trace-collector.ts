import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedSpan {
  name: string;
  traceId: string;
  spanId: string;
  /** Empty for the root span of a trace. */
  parentSpanId?: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  /** `code` is 2 for a failed span. */
  status: { code: number };
}

interface ExportRequest {
  resourceSpans: {
    resource: { attributes: ReceivedSpan['attributes'] };
    scopeSpans: { spans: ReceivedSpan[] }[];
  }[];
}

/** A collector that receives spans as JSON over OTLP/HTTP and stores them. */
export class TraceCollector {
  readonly spans: ReceivedSpan[] = [];
  /** Attributes of the services that have sent spans. */
  readonly resources: Record<string, unknown>[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.storeSpans(JSON.parse(Buffer.concat(chunks).toString('utf8')) as ExportRequest);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async start(): Promise<TraceCollector> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TraceCollector(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  findSpans(name: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private storeSpans({ resourceSpans }: ExportRequest): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const fields = resource.attributes.map(({ key, value }) => [key, Object.values(value)[0]]);
      this.resources.push(Object.fromEntries(fields) as Record<string, unknown>);
      this.spans.push(...scopeSpans.flatMap(({ spans }) => spans));
    }
  }
}
