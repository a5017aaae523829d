import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

export const WEBHOOK_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

export interface Message {
  /** Value of `webhook-id`, which is the same for every attempt. */
  id: string;
  requestId: string;
  images: { total: number; completed: number; failed: number; cancelled: number };
  /** Bytes of each output; empty without named outputs. */
  outputBytes: number[];
  /** Undefined without an audit. */
  audit?: { passed: number; failed: number };
  /** Status of the response, or 0 before the response. */
  responseStatus: number;
}

export type Responder = (response: ServerResponse, request: IncomingMessage) => void;

/** A webhook receiver that records every message. Each path has its own responses. */
export class MessageLog {
  /** Messages by path. */
  readonly messages = new Map<string, Message[]>();
  /** Number of messages whose signature the `standardwebhooks` package rejected. */
  unverifiedCount = 0;
  private readonly respondersByPath = new Map<string, Responder[]>();
  private readonly sockets = new Set<Socket>();
  /** Called when a message has arrived, before the response is sent. */
  onArrival: ((path: string) => void) | undefined;

  private constructor(private readonly server: Server) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.receive(request, response);
    });
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(): Promise<MessageLog> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new MessageLog(server);
  }

  get allow(): string {
    return `127.0.0.1/32:${this.port}`;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** Sets the responses to the next messages. The last one is used for all later messages. */
  respondWith(path: string, ...responders: Responder[]): void {
    this.respondersByPath.set(path, responders);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const body = await text(request).catch(() => undefined);
    const message = body === undefined ? undefined : this.verify(body, request);
    if (!message) {
      response.writeHead(400).end();
      return;
    }
    this.messages.set(path, [...(this.messages.get(path) ?? []), message]);
    response.on('finish', () => (message.responseStatus = response.statusCode));
    this.onArrival?.(path);
    const responders = this.respondersByPath.get(path) ?? [];
    const respond = responders.length > 1 ? responders.shift() : responders[0];
    if (respond) respond(response, request);
    else response.writeHead(204).end();
  }

  private verify(body: string, { headers }: IncomingMessage): Message | undefined {
    try {
      const payload = new Webhook(WEBHOOK_SECRET).verify(body, headers as Record<string, string>);
      const { request_id: requestId, data } = payload as {
        request_id: string;
        data: Record<'images' | 'completed' | 'failed' | 'cancelled', number> & {
          outputs?: { bytes_out: number }[];
          audit?: { passed: number; failed: number };
        };
      };
      const { images: total, completed, failed, cancelled, outputs = [], audit } = data;
      return {
        id: String(headers['webhook-id']),
        requestId,
        images: { total, completed, failed, cancelled },
        outputBytes: outputs.map(({ bytes_out }) => bytes_out),
        audit,
        responseStatus: 0,
      };
    } catch {
      this.unverifiedCount += 1;
      return undefined;
    }
  }
}
