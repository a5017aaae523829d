import type { Response } from 'express';

/** Proxies close a connection that is silent for a minute. The page reconnects after 25 s of silence. */
const HEARTBEAT_MS = 15_000;
/** Minimum delay, because this or another instance responds some seconds after a restart. */
const MIN_RECONNECT_MS = 1000;
const RECONNECT_SPREAD_MS = 4000;
/** Delay before an evicted client connects again. */
const DISPLACED_RETRY_MS = 30_000;
/** Time after the end of a stream until the connection of a stalled client is closed. */
const CLOSE_MS = 10_000;

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // nginx would buffer events that must be sent at once.
  'X-Accel-Buffering': 'no',
};

/** Responds to HEAD with the headers of a stream. */
export const sendEventStreamHead = (response: Response): void => {
  response.writeHead(200, HEADERS).end();
};

/** A response of type `text/event-stream` (HTML Living Standard, 9.2). Ends when its client disconnects. */
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

  /** Returns false and drops the event if the client does not keep up. A later state replaces it. */
  send(type: string, data: object): boolean {
    return this.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  end(): void {
    this.response.end();
    const timer = setTimeout(() => this.response.destroy(), CLOSE_MS);
    this.response.once('close', () => clearTimeout(timer));
  }

  /** Ends the stream and asks the client to wait before it calls again. */
  endForEviction(): void {
    this.write(`retry: ${DISPLACED_RETRY_MS}\n\n`);
    this.end();
  }

  /** Ends the stream and sets a random delay, so that not all clients reconnect at the same moment. */
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
