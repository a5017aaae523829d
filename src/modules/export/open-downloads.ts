import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Request, Response } from 'express';
import { abortResponse } from '../../platform/http/abort-response.js';
import { Env } from '../../platform/config/env.js';
import { type FileDownload, sendFile } from './send-file.js';
import type { SendLimits } from './send-body.js';
import { sendZip, type ZipDownload } from './send-zip.js';

/**
 * The kernel accepts bytes in bursts. A shorter window would mistake the gaps between bursts for a
 * stalled client.
 */
const SPEED_WINDOW_MS = 60_000;

/**
 * Sends downloads. Aborts those that are still open when the app closes, which is after
 * `SHUTDOWN_GRACE_SECONDS`.
 */
@Injectable()
export class OpenDownloads implements OnModuleDestroy {
  private readonly running = new Map<AbortController, Promise<void>>();
  private readonly minBytesPerSecond: number;
  private readonly fileTimeoutMs: number;

  constructor(env: Env) {
    this.minBytesPerSecond = env.EXPORT_MIN_BYTES_PER_SECOND;
    this.fileTimeoutMs = env.EXPORT_TIMEOUT_SECONDS * 1000;
  }

  sendFile(download: FileDownload, request: Request, response: Response): Promise<void> {
    return this.send(response, this.fileTimeoutMs, (limits) =>
      sendFile(download, request, response, limits),
    );
  }

  /** Has no deadline, because a ZIP may be large and holds no database connection. */
  sendZip(download: ZipDownload, request: Request, response: Response): Promise<void> {
    return this.send(response, 0, (limits) => sendZip(download, request, response, limits));
  }

  private async send(
    response: Response,
    timeoutMs: number,
    sending: (limits: SendLimits) => Promise<void>,
  ): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    response.once('close', () => {
      if (!response.writableFinished) controller.abort();
    });
    const { minBytesPerSecond } = this;
    const speed = { minBytesPerSecond, windowMs: SPEED_WINDOW_MS, timeoutMs };
    const running = sending({ signal, speed });
    this.running.set(controller, running);
    try {
      await running;
    } catch (error) {
      if (error !== signal.reason) throw error;
      // The download was still waiting for a slot.
      abortResponse(response);
    } finally {
      this.running.delete(controller);
    }
  }

  async onModuleDestroy(): Promise<void> {
    for (const controller of this.running.keys()) controller.abort();
    await Promise.allSettled(this.running.values());
  }
}
