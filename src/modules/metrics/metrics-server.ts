import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Env } from '../../platform/config/env.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { toMetricsAddressError } from './metrics-errors.js';

/** Limits how long a slow client occupies a connection. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Serves `GET /metrics` on its own port (ADR 42). */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Metrics');
  private server?: Server;

  constructor(
    private readonly metrics: Metrics,
    private readonly env: Env,
  ) {}

  /** @throws AppError if the address or the port cannot be used */
  async onApplicationBootstrap(): Promise<void> {
    if (this.env.METRICS === 'off') return;
    this.metrics.collectProcessMetrics();
    const server = createServer((request, response) => void this.handleRequest(request, response));
    server.requestTimeout = REQUEST_TIMEOUT_MS;
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(toMetricsAddressError(error, this.env)));
      server.listen(this.env.METRICS_PORT, this.env.METRICS_HOST, resolve);
    });
    const { address, port, family } = server.address() as AddressInfo;
    const host = family === 'IPv6' ? `[${address}]` : address;
    this.log.log({ message: `Metrics at http://${host}:${port}/metrics`, address, port });
  }

  /** Serves metrics until the end of the shutdown, so the last scrape has the final results. */
  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async handleRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path] = (request.url ?? '').split('?', 1);
    if (path !== '/metrics')
      return void response.writeHead(404).end('Not found. The metrics are at /metrics.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return void response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    }
    try {
      const text = await this.metrics.render();
      response.writeHead(200, {
        'Content-Type': this.metrics.contentType,
        'Cache-Control': 'no-store',
      });
      response.end(request.method === 'HEAD' ? undefined : text);
    } catch (error) {
      this.log.error({ message: 'Could not render the metrics', err: error });
      response.writeHead(500).end('Could not render the metrics. See the log.\n');
    }
  }
}
