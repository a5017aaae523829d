import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Returns 404 for every image until `repair()` is called. After that, redirects to another origin. */
export class FailingOrigin {
  private isRepaired = false;

  private constructor(private readonly server: Server) {
    server.on('request', ({ url = '/' }, response) => {
      const location = decodeURIComponent(url.slice(1));
      if (this.isRepaired) response.writeHead(302, { location }).end();
      else response.writeHead(404).end();
    });
  }

  static async start(): Promise<FailingOrigin> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FailingOrigin(server);
  }

  /** Returns the `OUTBOUND_ALLOW` entry that permits this server. */
  get allow(): string {
    return `127.0.0.1/32:${this.port}`;
  }

  /** Returns a URL of this origin for an image of another origin. */
  url(image: string): string {
    return `http://127.0.0.1:${this.port}/${encodeURIComponent(image)}`;
  }

  repair(): void {
    this.isRepaired = true;
  }

  breakImages(): void {
    this.isRepaired = false;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }
}
