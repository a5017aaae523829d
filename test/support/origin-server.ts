import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface RecordedRequest {
  method: string;
  /** Path with the query string. */
  path: string;
  headers: IncomingMessage['headers'];
  receivedAt: number;
}

export type Behavior = (request: IncomingMessage, response: ServerResponse) => void;

/** An origin on the loopback interface that records its requests. Each path has its own behavior, which may be faulty. */
export class OriginServer {
  readonly requests: RecordedRequest[] = [];
  /** Number of TCP connections accepted so far, including unused ones. */
  connectionCount = 0;
  private readonly behaviors = new Map<string, Behavior>();
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const path = request.url ?? '/';
      const { method = 'GET', headers } = request;
      this.requests.push({ method, path, headers, receivedAt: Date.now() });
      const behave = this.behaviors.get(path) ?? this.behaviors.get(path.split('?')[0]);
      if (behave) behave(request, response);
      else response.writeHead(404, { 'content-type': 'text/plain' }).end('no such image');
    });
    server.on('connection', (socket) => {
      this.connectionCount += 1;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(address = '127.0.0.1'): Promise<OriginServer> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, address, resolve);
    });
    return new OriginServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Entry of `OUTBOUND_ALLOW` for this server. */
  get allow(): string {
    return `127.0.0.1/32:${this.port}`;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** Returns the number of requests for a path. */
  countRequests(path: string): number {
    return this.requests.filter((request) => request.path === path).length;
  }

  /** Sets the behavior of a path. A path without a behavior returns 404. */
  on(path: string, behavior: Behavior): this {
    this.behaviors.set(path, behavior);
    return this;
  }

  /** Uses these behaviors for the next requests, one after the other. The last behavior repeats. */
  onSequence(path: string, ...behaviors: Behavior[]): this {
    const remaining = [...behaviors];
    return this.on(path, (request, response) => {
      const behave = remaining.length > 1 ? remaining.shift()! : remaining[0];
      behave(request, response);
    });
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
