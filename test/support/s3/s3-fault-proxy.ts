import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request as sendRequest,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

const SLOW_DOWN = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`;

/**
 * Fault of a single call. `slow down`: the proxy responds with 503 instead of the server. `cut`: the connection is
 * closed after half of the first chunk. `no response`: the server executes the call, and the connection is
 * closed without a response. `late`: the response arrives after two seconds.
 */
export type CallFault = 'slow down' | 'cut' | 'no response' | 'late';

const LATE_RESPONSE_DELAY_MS = 2000;

/**
 * An HTTP proxy in front of an S3 server. `selectFault` chooses the fault of each call. Signatures
 * stay valid, because the Host header does not change.
 */
export class S3FaultProxy {
  /** Received calls as `METHOD path`, in order of arrival. */
  readonly calls: string[] = [];
  /** Returns the fault of a call. By default, calls have no faults. */
  selectFault: (call: {
    method: string;
    path: string;
    callNumber: number;
  }) => CallFault | undefined = () => undefined;

  private constructor(
    private readonly target: URL,
    private readonly server: Server,
  ) {}

  static async startFor(target: string): Promise<S3FaultProxy> {
    const server = createServer();
    const proxy = new S3FaultProxy(new URL(target), server);
    server.on('request', (request, response) => proxy.forwardRequest(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closeEvent = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closeEvent;
  }

  private forwardRequest(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url: path = '', headers } = request;
    this.calls.push(`${method} ${path}`);
    const fault = this.selectFault({ method, path, callNumber: this.calls.length });
    if (fault === 'slow down') {
      request.resume();
      response.writeHead(503, { 'Content-Type': 'application/xml' }).end(SLOW_DOWN);
      return;
    }
    const { hostname, port } = this.target;
    const upstreamRequest = sendRequest(
      { hostname, port, method, path, headers },
      (upstreamResponse) => {
        const forward = () => forwardResponse(upstreamResponse, response, fault);
        if (fault === 'late') setTimeout(forward, LATE_RESPONSE_DELAY_MS);
        else forward();
      },
    );
    upstreamRequest.on('error', () => {
      // Swift sends a body in its response to HEAD, which the HTTP parser reports as an error.
      if (!response.headersSent) response.destroy();
    });
    request.on('error', () => upstreamRequest.destroy());
    request.pipe(upstreamRequest);
  }
}

function forwardResponse(
  upstreamResponse: IncomingMessage,
  response: ServerResponse,
  fault?: CallFault,
): void {
  if (fault === 'no response') {
    upstreamResponse.resume().on('error', () => {});
    response.destroy();
    return;
  }
  response.writeHead(upstreamResponse.statusCode!, upstreamResponse.headers);
  if (fault === 'cut') return truncateFirstChunk(upstreamResponse, response);
  upstreamResponse.on('error', () => response.destroy());
  upstreamResponse.pipe(response);
}

function truncateFirstChunk(upstreamResponse: IncomingMessage, response: ServerResponse): void {
  upstreamResponse.once('data', (chunk: Buffer) => {
    response.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => {
      response.destroy();
      upstreamResponse.destroy();
    });
  });
  upstreamResponse.on('error', () => response.destroy());
  upstreamResponse.once('end', () => response.end());
}
