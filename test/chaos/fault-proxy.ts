import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  inner: Socket;
  outer: Socket;
}

/**
 * A TCP proxy before a server. It passes bytes on, delays them, swallows them, resets connections or
 * refuses them. A connection that was open while bytes were swallowed stays dead afterwards, as it
 * does behind a firewall that has forgotten it: nobody is told, new connections work.
 */
export class FaultProxy {
  private server: Server | undefined;
  private port = 0;
  private delayMs = 0;
  private swallowing = false;
  private readonly pairs = new Set<Pair>();

  private constructor(private readonly target: URL) {}

  static async before(url: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(url));
    await proxy.accept();
    return proxy;
  }

  /** The server's URL by way of the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** Every chunk, in both directions, comes so much later from now on. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  swallow(on: boolean): void {
    this.swallowing = on;
  }

  /** Every open connection ends with a TCP reset. */
  reset(): void {
    for (const { inner, outer } of this.pairs) {
      inner.resetAndDestroy();
      outer.destroy();
    }
  }

  /** Cuts what is open, and refuses what comes. */
  async refuse(): Promise<void> {
    const closed = this.server && once(this.server, 'close');
    this.server?.close();
    this.server = undefined;
    this.reset();
    await closed;
  }

  /** On the same port each time. */
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
        dead ||= this.swallowing;
        if (dead) return;
        if (this.delayMs === 0) to.write(chunk);
        else setTimeout(() => to.destroyed || to.write(chunk), this.delayMs);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.pairs.delete(pair);
        // What is delayed still arrives; a dead connection tells nobody that it has ended.
        if (!dead || from === inner) setTimeout(() => to.destroy(), this.delayMs);
      });
    }
  }
}
