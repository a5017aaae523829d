import type { Response } from 'express';

/** Proxies close a connection that is silent for a minute; the page takes 25 s of silence for its end. */
const HEARTBEAT_MS = 15_000;

/** An answer of `text/event-stream` (HTML Living Standard, 9.2). Ends with its client. */
export class EventStream {
  private readonly heartbeat: NodeJS.Timeout;

  constructor(
    private readonly response: Response,
    onClosed: () => void,
  ) {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // nginx would gather what has to go out at once.
      'X-Accel-Buffering': 'no',
    });
    response.write('retry: 2000\n\n');
    this.heartbeat = setInterval(() => this.write(': still here\n\n'), HEARTBEAT_MS);
    response.on('close', () => {
      clearInterval(this.heartbeat);
      onClosed();
    });
  }

  /** False: the client does not keep up, and nothing was written. A later state makes up for it. */
  send(type: string, data: object): boolean {
    return this.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  end(): void {
    this.response.end();
  }

  private write(text: string): boolean {
    if (this.response.writableNeedDrain || this.response.writableEnded) return false;
    this.response.write(text);
    return true;
  }
}
