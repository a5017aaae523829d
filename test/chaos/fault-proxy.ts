import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  client: Socket;
  upstream: Socket;
}

/**
 * A TCP proxy in front of a server. It delays or drops bytes, and resets or refuses connections. A
 * connection that has lost bytes stays silent, as behind a firewall that has dropped the connection state.
 * New connections are not affected.
 */
export class FaultProxy {
  private server: Server | undefined;
  private port = 0;
  private delayMs = 0;
  private isBlackhole = false;
  private readonly pairs = new Set<Pair>();

  private constructor(private readonly target: URL) {}

  static async startFor(url: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(url));
    await proxy.acceptConnections();
    return proxy;
  }

  /** URL of the server through the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** Delays every chunk in both directions. */
  setDelay(delayMs: number): void {
    this.delayMs = delayMs;
  }

  /** Drops all bytes in both directions. */
  setBlackhole(isEnabled: boolean): void {
    this.isBlackhole = isEnabled;
  }

  /** Closes every open connection with a TCP reset. */
  resetConnections(): void {
    for (const { client, upstream } of this.pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
  }

  /** Resets open connections and refuses new ones. */
  async refuseConnections(): Promise<void> {
    const closeEvent = this.server && once(this.server, 'close');
    this.server?.close();
    this.server = undefined;
    this.resetConnections();
    await closeEvent;
  }

  /** Accepts connections. After a refusal, uses the same port again. */
  async acceptConnections(): Promise<void> {
    if (this.server) return;
    this.server = createServer({ noDelay: true }, (client) => this.connectUpstream(client));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  private connectUpstream(client: Socket): void {
    const upstream = connect({
      port: Number(this.target.port),
      host: this.target.hostname,
      noDelay: true,
    });
    const pair = { client, upstream };
    this.pairs.add(pair);
    let hasLostBytes = false;
    for (const [source, target] of [
      [client, upstream],
      [upstream, client],
    ]) {
      source.on('data', (chunk: Buffer) => {
        hasLostBytes ||= this.isBlackhole;
        if (hasLostBytes) return;
        if (this.delayMs === 0) target.write(chunk);
        else setTimeout(() => target.destroyed || target.write(chunk), this.delayMs);
      });
      source.on('error', () => target.destroy());
      source.on('close', () => {
        this.pairs.delete(pair);
        // Delayed bytes still arrive. After lost bytes, the end of the server's connection is not forwarded.
        if (!hasLostBytes || source === client) setTimeout(() => target.destroy(), this.delayMs);
      });
    }
  }
}
