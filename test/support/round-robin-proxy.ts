import { once } from 'node:events';
import {
  Agent,
  createServer,
  get,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

const CHECK_MS = 200;

interface Upstream {
  url: string;
  isReady: boolean;
}

/**
 * A strict load balancer: round robin over the apps that are ready, kept-alive connections, and no retries. It
 * answers a failed call with 502.
 */
export class RoundRobinProxy {
  /** Reasons of failed calls. */
  readonly failures: string[] = [];
  private readonly agent = new Agent({ keepAlive: true });
  private upstreams: Upstream[] = [];
  private turn = 0;
  private readonly timer = setInterval(() => void this.checkAll(), CHECK_MS);

  private constructor(private readonly server: Server) {
    server.on('request', (call: IncomingMessage, answer: ServerResponse) => {
      void this.passOn(call, answer);
    });
  }

  static async start(): Promise<RoundRobinProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RoundRobinProxy(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Calls go to it once it is ready. */
  add(url: string): void {
    this.upstreams.push({ url, isReady: false });
  }

  /** Sends no further requests to an app that has ended. */
  remove(url: string): void {
    this.upstreams = this.upstreams.filter((upstream) => upstream.url !== url);
  }

  isReady(url: string): boolean {
    return this.upstreams.some((upstream) => upstream.url === url && upstream.isReady);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.agent.destroy();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async checkAll(): Promise<void> {
    await Promise.all(
      this.upstreams.map(async (upstream) => {
        upstream.isReady = (await statusOf(`${upstream.url}/health/ready`)) === 200;
      }),
    );
  }

  private async passOn(call: IncomingMessage, answer: ServerResponse): Promise<void> {
    const ready = this.upstreams.filter(({ isReady }) => isReady);
    const upstream = ready[this.turn++ % ready.length];
    try {
      if (!upstream) throw new Error('no app is ready');
      const { method, headers } = call;
      const passed = request(upstream.url + call.url, {
        agent: this.agent,
        method,
        headers: { ...headers, connection: 'keep-alive' },
      });
      const answered = once(passed, 'response');
      await Promise.all([pipeline(call, passed), answered]);
      const [from] = (await answered) as [IncomingMessage];
      const { connection: _, 'keep-alive': __, ...kept } = from.headers;
      answer.writeHead(from.statusCode!, kept);
      await pipeline(from, answer);
    } catch (error) {
      this.failures.push(`${call.method} ${call.url}: ${(error as Error).message}`);
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502).end();
    }
  }
}

/** Uses a new connection, as health checks do. */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', () => resolve(undefined));
  });
}
