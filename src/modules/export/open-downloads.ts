import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Request, Response } from 'express';
import { abortResponse } from '../../platform/http/abort-response.js';
import { Env } from '../../platform/config/env.js';
import { type FileDownload, sendFile } from './send-file.js';
import type { SendOptions } from './send-body.js';
import { sendZip, type ZipDownload } from './send-zip.js';

/**
 * The kernel accepts bytes in bursts. A shorter window would mistake the gaps between bursts for a
 * stalled client.
 */
const SPEED_WINDOW_MS = 60_000;

/**
 * Sends downloads. When the app closes after `SHUTDOWN_GRACE_SECONDS`, aborts the downloads that are
 * still in progress.
 */
@Injectable()
export class OpenDownloads implements OnModuleDestroy {
  private readonly runningDownloads = new Map<AbortController, Promise<void>>();
  private readonly minBytesPerSecond: number;
  private readonly fileTimeoutMs: number;

  constructor(env: Env) {
    this.minBytesPerSecond = env.EXPORT_MIN_BYTES_PER_SECOND;
    this.fileTimeoutMs = env.EXPORT_TIMEOUT_SECONDS * 1000;
  }

  sendFile(download: FileDownload, request: Request, response: Response): Promise<void> {
    return this.trackDownload(response, this.fileTimeoutMs, (options) =>
      sendFile(download, request, response, options),
    );
  }

  /** Sends a ZIP without a deadline, because it may be large and holds no database connection. */
  sendZip(download: ZipDownload, request: Request, response: Response): Promise<void> {
    return this.trackDownload(response, 0, (options) =>
      sendZip(download, request, response, options),
    );
  }

  private async trackDownload(
    response: Response,
    timeoutMs: number,
    sendDownload: (options: SendOptions) => Promise<void>,
  ): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    response.once('close', () => {
      if (!response.writableFinished) controller.abort();
    });
    const { minBytesPerSecond } = this;
    const downloadLimits = { minBytesPerSecond, windowMs: SPEED_WINDOW_MS, timeoutMs };
    const download = sendDownload({ signal, downloadLimits });
    this.runningDownloads.set(controller, download);
    try {
      await download;
    } catch (error) {
      if (error !== signal.reason) throw error;
      // The download was still waiting for a slot.
      abortResponse(response);
    } finally {
      this.runningDownloads.delete(controller);
    }
  }

  async onModuleDestroy(): Promise<void> {
    for (const controller of this.runningDownloads.keys()) controller.abort();
    await Promise.allSettled(this.runningDownloads.values());
  }
}
