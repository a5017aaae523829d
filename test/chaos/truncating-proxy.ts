import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * An HTTP proxy that hides truncation, like an HTTP/1.0 proxy that has lost its upstream connection. It sends
 * part of a body and then ends the response normally. The client sees a successful, complete response.
 */
export class TruncatingProxy {
  private constructor(
    private readonly target: string,
    private readonly server: Server,
  ) {}

  static async start(target: string): Promise<TruncatingProxy> {
    const server = createServer();
    const proxy = new TruncatingProxy(target, server);
    server.on('request', (request, response) => void proxy.forward(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** Returns the URL of `path` through the proxy, which truncates the body after `bytes`. */
  url(path: string, bytes = Infinity): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${path}?cut=${bytes}`;
  }

  async close(): Promise<void> {
    const closeEvent = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closeEvent;
  }

  private async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, this.target);
    let remainingBytes = Number(searchParams.get('cut'));
    try {
      const upstream = await fetch(this.target + pathname);
      const headers = new Headers(upstream.headers);
      for (const name of ['connection', 'keep-alive', 'transfer-encoding']) headers.delete(name);
      // Without chunks and a length, the end of the connection marks the end of the body.
      response.removeHeader('transfer-encoding');
      response.writeHead(upstream.status, Object.fromEntries(headers));
      for await (const chunk of upstream.body!) {
        response.write(chunk.subarray(0, remainingBytes));
        remainingBytes -= chunk.length;
        if (remainingBytes <= 0) break;
      }
      response.end();
    } catch (error) {
      response.destroy(error as Error);
    }
  }
}
