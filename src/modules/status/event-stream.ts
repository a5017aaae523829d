import type { Response } from 'express';

/** Many proxies close a connection that is idle for a minute. The web page reconnects after 25 s without data. */
const HEARTBEAT_INTERVAL_MS = 15_000;
/** Minimum delay before clients reconnect. An instance needs a few seconds to restart. */
const MIN_RECONNECT_MS = 1000;
const RECONNECT_SPREAD_MS = 4000;
/** Delay before an evicted client reconnects. */
const EVICTED_RETRY_MS = 30_000;
/** Maximum time for a client to read the rest of an ended stream. After that, the connection is closed. */
const CLOSE_TIMEOUT_MS = 10_000;

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // By default, nginx would buffer events.
  'X-Accel-Buffering': 'no',
};

/** Responds to HEAD with the headers of an event stream. */
export const sendEventStreamHead = (response: Response): void => {
  response.writeHead(200, HEADERS).end();
};

/** A `text/event-stream` response (HTML Living Standard, 9.2). Ends when the client disconnects. */
export class EventStream {
  private readonly heartbeat: NodeJS.Timeout;

  constructor(
    private readonly response: Response,
    onClose: () => void,
  ) {
    response.writeHead(200, HEADERS);
    response.write('retry: 2000\n\n');
    this.heartbeat = setInterval(() => this.write(': still here\n\n'), HEARTBEAT_INTERVAL_MS);
    response.on('close', () => {
      clearInterval(this.heartbeat);
      onClose();
    });
  }

  /** Sends an event. Drops it and returns false if the client reads too slowly; a later event replaces it. */
  sendEvent(type: string, data: object): boolean {
    return this.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  endStream(): void {
    this.response.end();
    const timer = setTimeout(() => this.response.destroy(), CLOSE_TIMEOUT_MS);
    this.response.once('close', () => clearTimeout(timer));
  }

  /** Ends the stream and asks the client to wait before it reconnects. */
  endForEviction(): void {
    this.write(`retry: ${EVICTED_RETRY_MS}\n\n`);
    this.endStream();
  }

  /** Ends the stream and sets a random reconnection delay, so clients do not all reconnect at the same time. */
  endForReconnect(): void {
    const delayMs = MIN_RECONNECT_MS + Math.floor(Math.random() * RECONNECT_SPREAD_MS);
    this.write(`retry: ${delayMs}\n\n`);
    this.endStream();
  }

  private write(text: string): boolean {
    if (this.response.writableNeedDrain || this.response.writableEnded) return false;
    this.response.write(text);
    return true;
  }
}
