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

const CHECK_INTERVAL_MS = 200;

interface Upstream {
  url: string;
  isReady: boolean;
}

/**
 * A strict round-robin load balancer for ready apps. It keeps connections open and never retries a call. A failed
 * call returns 502.
 */
export class RoundRobinProxy {
  /** Reasons for failed calls. */
  readonly failures: string[] = [];
  private readonly agent = new Agent({ keepAlive: true });
  private upstreams: Upstream[] = [];
  private callCount = 0;
  private readonly timer = setInterval(() => void this.checkAll(), CHECK_INTERVAL_MS);

  private constructor(private readonly server: Server) {
    server.on('request', (call: IncomingMessage, response: ServerResponse) => {
      void this.forwardCall(call, response);
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

  /** Adds an app. It receives calls once it is ready. */
  addApp(url: string): void {
    this.upstreams.push({ url, isReady: false });
  }

  /** Removes an app that has exited. It receives no more calls. */
  removeApp(url: string): void {
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
        upstream.isReady = (await fetchStatus(`${upstream.url}/health/ready`)) === 200;
      }),
    );
  }

  private async forwardCall(call: IncomingMessage, response: ServerResponse): Promise<void> {
    const readyUpstreams = this.upstreams.filter(({ isReady }) => isReady);
    const upstream = readyUpstreams[this.callCount++ % readyUpstreams.length];
    try {
      if (!upstream) throw new Error('no app is ready');
      const { method, headers } = call;
      const upstreamRequest = request(upstream.url + call.url, {
        agent: this.agent,
        method,
        headers: { ...headers, connection: 'keep-alive' },
      });
      const responseEvent = once(upstreamRequest, 'response');
      await Promise.all([pipeline(call, upstreamRequest), responseEvent]);
      const [upstreamResponse] = (await responseEvent) as [IncomingMessage];
      const { connection: _, 'keep-alive': __, ...responseHeaders } = upstreamResponse.headers;
      response.writeHead(upstreamResponse.statusCode!, responseHeaders);
      await pipeline(upstreamResponse, response);
    } catch (error) {
      this.failures.push(`${call.method} ${call.url}: ${(error as Error).message}`);
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    }
  }
}

/** Uses a new connection, as health checks do. */
function fetchStatus(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', () => resolve(undefined));
  });
}
