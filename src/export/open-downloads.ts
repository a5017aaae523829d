import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type CsvDownload, sendCsv } from './send-csv.js';

/** What a stop of the app leaves to downloads that are under way. */
const GRACE_MS = 3000;

/** Keeps a slow client from holding up the stop of the app. */
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
    await Promise.race([Promise.allSettled(this.open), sleep(GRACE_MS, undefined, { ref: false })]);
    this.cut.abort();
    await Promise.allSettled(this.open);
  }
}
