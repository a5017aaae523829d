import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * An HTTP proxy that hides truncation, like an HTTP/1.0 proxy that has lost its upstream connection. It sends
 * part of a body and then ends the response normally. To its client, status and end are correct.
 */
export class CuttingProxy {
  private constructor(
    private readonly target: string,
    private readonly server: Server,
  ) {}

  static async start(target: string): Promise<CuttingProxy> {
    const server = createServer();
    const proxy = new CuttingProxy(target, server);
    server.on('request', (request, response) => void proxy.pass(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** URL of `path` whose body is cut after `bytes`. */
  url(path: string, bytes = Infinity): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${path}?cut=${bytes}`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, this.target);
    let left = Number(searchParams.get('cut'));
    try {
      const upstream = await fetch(this.target + pathname);
      const headers = new Headers(upstream.headers);
      for (const name of ['connection', 'keep-alive', 'transfer-encoding']) headers.delete(name);
      // Without chunks and length, the end of the connection is the end of the body.
      response.removeHeader('transfer-encoding');
      response.writeHead(upstream.status, Object.fromEntries(headers));
      for await (const chunk of upstream.body!) {
        response.write(chunk.subarray(0, left));
        left -= chunk.length;
        if (left <= 0) break;
      }
      response.end();
    } catch (error) {
      response.destroy(error as Error);
    }
  }
}
