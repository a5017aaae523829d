import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { sendStatus } from './origin-behaviors.js';
import { type Behavior, OriginServer } from './origin-server.js';

export interface ReceivedCall {
  headers: IncomingHttpHeaders;
  /** The signed bytes. */
  body: string;
  receivedAt: number;
}

/** A webhook URL that records its calls. By default, it returns 204. */
export class WebhookEndpoint {
  readonly calls: ReceivedCall[] = [];
  private behaviors: Behavior[] = [sendStatus(204)];

  constructor(
    server: OriginServer,
    path: string,
    readonly url = server.url(path),
  ) {
    server.on(path, (request, response) => {
      const { behaviors } = this;
      const behave = behaviors.length > 1 ? behaviors.shift()! : behaviors[0];
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        this.calls.push({ headers: request.headers, body, receivedAt: Date.now() });
        behave(request, response);
      });
    });
  }

  /** Uses these behaviors for the next calls, one after the other. The last behavior repeats. */
  respondWith(...behaviors: Behavior[]): this {
    this.behaviors = behaviors;
    return this;
  }
}

/** A server on the loopback interface with a separate webhook URL for each test. */
export class WebhookReceiver {
  private endpointCount = 0;

  private constructor(private readonly server: OriginServer) {}

  static async start(): Promise<WebhookReceiver> {
    return new WebhookReceiver(await OriginServer.start());
  }

  /** Entry of `OUTBOUND_ALLOW` for these URLs. */
  get allow(): string {
    return this.server.allow;
  }

  get connectionCount(): number {
    return this.server.connectionCount;
  }

  addEndpoint(): WebhookEndpoint {
    this.endpointCount += 1;
    return new WebhookEndpoint(this.server, `/hook/${this.endpointCount}`);
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

/** Returns the payload of a call. Throws if the official package cannot verify the signature. */
export function verifyPayload(call: ReceivedCall, secret: string): Record<string, unknown> {
  const headers = call.headers as Record<string, string>;
  return new Webhook(secret).verify(call.body, headers) as Record<string, unknown>;
}
