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
 * Fault of one call. `slow down`: the proxy answers 503 instead of the server. `cut`: half of the first
 * chunk arrives, then the connection ends. `no response`: the server executes the call, and the connection
 * ends without its response. `late`: the response arrives after two seconds.
 */
export type CallFault = 'slow down' | 'cut' | 'no response' | 'late';

const LATE_MS = 2000;

/**
 * An HTTP proxy before an S3 server. Injects a fault into the calls that `faultOf` selects. Signatures
 * stay valid, because the Host header does.
 */
export class SlowDownProxy {
  /** Number of received calls by method. */
  readonly calls: string[] = [];
  /** Fault of a call; none unless set. */
  faultOf: (call: { method: string; path: string; at: number }) => CallFault | undefined = () =>
    undefined;

  private constructor(
    private readonly target: URL,
    private readonly server: Server,
  ) {}

  static async before(target: string): Promise<SlowDownProxy> {
    const server = createServer();
    const proxy = new SlowDownProxy(new URL(target), server);
    server.on('request', (request, response) => proxy.passOn(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private passOn(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url: path = '', headers } = request;
    this.calls.push(`${method} ${path}`);
    const fault = this.faultOf({ method, path, at: this.calls.length });
    if (fault === 'slow down') {
      request.resume();
      response.writeHead(503, { 'Content-Type': 'application/xml' }).end(SLOW_DOWN);
      return;
    }
    const { hostname, port } = this.target;
    const upstream = sendRequest({ hostname, port, method, path, headers }, (answer) => {
      const passOn = () => passAnswer(answer, response, fault);
      if (fault === 'late') setTimeout(passOn, LATE_MS);
      else passOn();
    });
    upstream.on('error', () => {
      // Swift sends a body after its response to HEAD, which the parser takes for an error.
      if (!response.headersSent) response.destroy();
    });
    request.on('error', () => upstream.destroy());
    request.pipe(upstream);
  }
}

function passAnswer(answer: IncomingMessage, response: ServerResponse, fault?: CallFault): void {
  if (fault === 'no response') {
    answer.resume().on('error', () => {});
    response.destroy();
    return;
  }
  response.writeHead(answer.statusCode!, answer.headers);
  if (fault === 'cut') return cutAfterFirstChunk(answer, response);
  answer.on('error', () => response.destroy());
  answer.pipe(response);
}

function cutAfterFirstChunk(answer: IncomingMessage, response: ServerResponse): void {
  answer.once('data', (chunk: Buffer) => {
    response.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => {
      response.destroy();
      answer.destroy();
    });
  });
  answer.on('error', () => response.destroy());
  answer.once('end', () => response.end());
}
