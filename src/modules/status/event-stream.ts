import type { Response } from 'express';

/** Proxies close a connection that is silent for a minute; the page takes 25 s of silence for its end. */
const HEARTBEAT_MS = 15_000;
/** A stopped instance needs some seconds until it, or the next one, answers. */
const MIN_RECONNECT_MS = 1000;
const RECONNECT_SPREAD_MS = 4000;
/** A client whose place another one needs comes again after this long. */
const DISPLACED_RETRY_MS = 30_000;
/** A client that does not read keeps its connection this long after the end. */
const CLOSE_MS = 10_000;

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // nginx would gather what has to go out at once.
  'X-Accel-Buffering': 'no',
};

/** Answers HEAD: the headers of a stream, and no stream. */
export const sendEventStreamHead = (response: Response): void => {
  response.writeHead(200, HEADERS).end();
};

/** An answer of `text/event-stream` (HTML Living Standard, 9.2). Ends with its client. */
export class EventStream {
  private readonly heartbeat: NodeJS.Timeout;

  constructor(
    private readonly response: Response,
    onClosed: () => void,
  ) {
    response.writeHead(200, HEADERS);
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
    const timer = setTimeout(() => this.response.destroy(), CLOSE_MS);
    this.response.once('close', () => clearTimeout(timer));
  }

  /** Ends the stream and asks the client to wait before it calls again. */
  displace(): void {
    this.write(`retry: ${DISPLACED_RETRY_MS}\n\n`);
    this.end();
  }

  /** Ends the stream and tells the client when to connect again: not all clients at the same moment. */
  endForReconnect(): void {
    const delayMs = MIN_RECONNECT_MS + Math.floor(Math.random() * RECONNECT_SPREAD_MS);
    this.write(`retry: ${delayMs}\n\n`);
    this.end();
  }

  private write(text: string): boolean {
    if (this.response.writableNeedDrain || this.response.writableEnded) return false;
    this.response.write(text);
    return true;
  }
}
