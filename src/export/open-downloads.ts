import { setMaxListeners } from 'node:events';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type CsvDownload, sendCsv } from './send-csv.js';

/**
 * Aborts the downloads that are still open when the app is closed. They have had
 * `SHUTDOWN_GRACE_SECONDS` by then.
 */
@Injectable()
export class OpenDownloads implements OnModuleDestroy {
  private readonly cut = new AbortController();
  private readonly open = new Set<Promise<void>>();

  constructor() {
    setMaxListeners(0, this.cut.signal);
  }

  send(download: CsvDownload, request: Request, response: Response): Promise<void> {
    return this.follow((signal) => sendCsv(download, request, response, signal));
  }

  /** `sending` ends with the client, and soon after `signal` is aborted. */
  async follow(sending: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const running = sending(this.cut.signal);
    this.open.add(running);
    try {
      await running;
    } finally {
      this.open.delete(running);
    }
  }

  async onModuleDestroy(): Promise<void> {
    this.cut.abort();
    await Promise.allSettled(this.open);
  }
}
