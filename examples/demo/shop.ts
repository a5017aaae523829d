import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

const CONTENT_TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
  tiff: 'image/tiff',
};

/** Typical response time of a server in the same country. */
const LATENCY_MS = 40;

export interface ReceivedWebhook {
  headers: Record<string, string>;
  /** Body as received, because the signature covers its bytes. */
  body: string;
}

/** A web shop on loopback that serves images and receives webhooks. */
export class Shop {
  private readonly webhooks: ReceivedWebhook[] = [];

  private constructor(private readonly server: Server) {}

  /** @param port 0 for any free port */
  static async open(images: Map<string, Buffer>, port: number): Promise<Shop> {
    const server = createServer();
    const shop = new Shop(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const completion =
        request.method === 'POST' && request.url === '/webhook'
          ? shop.receiveWebhook(request, response)
          : serveImage(images, request, response);
      completion.catch(() => response.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return shop;
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Entry for `OUTBOUND_ALLOW` that allows only this address. */
  get outboundAllow(): string {
    return `127.0.0.1/32:${this.port}`;
  }

  /** Waits for the first webhook. Returns undefined if none arrives in time. */
  async waitForWebhook(timeoutMs: number): Promise<ReceivedWebhook | undefined> {
    const deadline = Date.now() + timeoutMs;
    while (this.webhooks.length === 0 && Date.now() < deadline) await sleep(50);
    return this.webhooks[0];
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receiveWebhook(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = request.headers as Record<string, string>;
    this.webhooks.push({ headers, body: await text(request) });
    response.writeHead(204).end();
  }
}

async function serveImage(
  images: Map<string, Buffer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await sleep(LATENCY_MS * (0.5 + Math.random()));
  const path = request.url ?? '/';
  const image = images.get(path);
  if (!image) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('Image not found\n');
    return;
  }
  const type = CONTENT_TYPES[path.split('.').at(-1)!];
  response.writeHead(200, { 'content-type': type, 'content-length': image.length });
  response.end(request.method === 'HEAD' ? undefined : image);
}
