import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  inner: Socket;
  outer: Socket;
}

/**
 * A TCP proxy in front of a server. It delays or drops bytes, and resets or refuses connections. A
 * connection that lost bytes stays silent, as behind a firewall that has dropped its state.
 * New connections work.
 */
export class FaultProxy {
  private server: Server | undefined;
  private port = 0;
  private delayMs = 0;
  private isBlackhole = false;
  private readonly pairs = new Set<Pair>();

  private constructor(private readonly target: URL) {}

  static async before(url: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(url));
    await proxy.accept();
    return proxy;
  }

  /** URL of the server through the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** Delays every chunk in both directions. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  /** Drops all bytes in both directions. */
  setBlackhole(on: boolean): void {
    this.isBlackhole = on;
  }

  /** Ends every open connection with a TCP reset. */
  reset(): void {
    for (const { inner, outer } of this.pairs) {
      inner.resetAndDestroy();
      outer.destroy();
    }
  }

  /** Resets open connections and refuses new ones. */
  async refuse(): Promise<void> {
    const closed = this.server && once(this.server, 'close');
    this.server?.close();
    this.server = undefined;
    this.reset();
    await closed;
  }

  /** Accepts connections again, on the same port. */
  async accept(): Promise<void> {
    if (this.server) return;
    this.server = createServer({ noDelay: true }, (inner) => this.join(inner));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  private join(inner: Socket): void {
    const outer = connect({
      port: Number(this.target.port),
      host: this.target.hostname,
      noDelay: true,
    });
    const pair = { inner, outer };
    this.pairs.add(pair);
    let dead = false;
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ]) {
      from.on('data', (chunk: Buffer) => {
        dead ||= this.isBlackhole;
        if (dead) return;
        if (this.delayMs === 0) to.write(chunk);
        else setTimeout(() => to.destroyed || to.write(chunk), this.delayMs);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.pairs.delete(pair);
        // Delayed bytes still arrive. The server's end is not passed on after lost bytes.
        if (!dead || from === inner) setTimeout(() => to.destroy(), this.delayMs);
      });
    }
  }
}
