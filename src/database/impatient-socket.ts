import { Socket } from 'node:net';

/**
 * A connection to PostgreSQL that is given up when the server keeps silent for so long after the last
 * thing that was sent to it. Without it a network that swallows packets, or a firewall that has
 * forgotten the connection, stops all work for the quarter of an hour that TCP takes to notice; and
 * `query_timeout` of pg gives back the client to the pool with its dead connection.
 *
 * Silence after an answer is nobody's fault: a pooled connection, a cursor whose reader is slow.
 * Under TLS the bytes do not pass through here, and TCP's own patience holds.
 */
export class ImpatientSocket extends Socket {
  private silence?: NodeJS.Timeout;

  constructor(private readonly patienceMs: number) {
    super();
    this.once('close', () => clearTimeout(this.silence));
  }

  // The methods that a stream is made of: write() itself is put back to Socket's own by connect().
  override _write(...args: Parameters<Socket['_write']>): void {
    this.expectAnswer();
    super._write(...args);
  }

  override _writev(...args: Parameters<NonNullable<Socket['_writev']>>): void {
    this.expectAnswer();
    super._writev!(...args);
  }

  /** Called with what has arrived, before anybody reads it. */
  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    clearTimeout(this.silence);
    return super.push(chunk, encoding);
  }

  private expectAnswer(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.giveUp(), this.patienceMs);
  }

  private giveUp(): void {
    const message = `PostgreSQL has not answered for ${this.patienceMs / 1000} s`;
    this.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT' }));
  }
}
