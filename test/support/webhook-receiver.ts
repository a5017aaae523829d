import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { status } from './origin-behaviors.js';
import { type Behavior, OriginServer } from './origin-server.js';

export interface ReceivedCall {
  headers: IncomingHttpHeaders;
  /** The signed bytes. */
  body: string;
  at: number;
}

/** One webhook URL: accepts each call by default, and records it. */
export class Hook {
  readonly calls: ReceivedCall[] = [];
  private behaviors: Behavior[] = [status(204)];

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
        this.calls.push({ headers: request.headers, body, at: Date.now() });
        behave(request, response);
      });
    });
  }

  /** The next calls get these behaviors in their order. The last one repeats. */
  answers(...behaviors: Behavior[]): this {
    this.behaviors = behaviors;
    return this;
  }
}

/** Webhook receivers on one port of loopback, a URL for each test. */
export class WebhookReceiver {
  private hooks = 0;

  private constructor(private readonly server: OriginServer) {}

  static async start(): Promise<WebhookReceiver> {
    return new WebhookReceiver(await OriginServer.start());
  }

  /** Entry of `OUTBOUND_ALLOW` for these URLs. */
  get allow(): string {
    return this.server.allow;
  }

  get connections(): number {
    return this.server.connections;
  }

  hook(): Hook {
    this.hooks += 1;
    return new Hook(this.server, `/hook/${this.hooks}`);
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

/** The payload of a call, or an error when the official package does not verify it. */
export function verified(call: ReceivedCall, secret: string): Record<string, unknown> {
  const headers = call.headers as Record<string, string>;
  return new Webhook(secret).verify(call.body, headers) as Record<string, unknown>;
}
