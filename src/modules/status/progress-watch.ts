import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import type { FairSemaphore } from '../../platform/concurrency/fair-semaphore.js';
import { FairSemaphores } from '../../platform/concurrency/fair-semaphores.js';
import { AppStoppingError, Shutdown } from '../../platform/lifecycle/shutdown.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { STATUS_ERRORS } from './error-table.js';

const POLL_INTERVAL_MS = 1000;
const MAX_LISTENERS = 1000;

export interface ProgressListener {
  /** Called once a second, even without progress. */
  onProgress(request: ProcessingRequest): void;
  /** Called when the stream must end, because the request was deleted or the app is stopping. */
  onEnd(): void;
  /**
   * Called when the stream must end, because another owner needs the slot. The client should wait before
   * it reconnects.
   */
  onEvict(): void;
}

/**
 * Polls the requests that have listeners. Sends one query per second for all of them, and no query without
 * listeners.
 */
@Injectable()
export class ProgressWatch {
  private readonly log = new Logger(ProgressWatch.name);
  private readonly listenersByRequest = new Map<string, Set<ProgressListener>>();
  private timer?: NodeJS.Timeout;
  private readonly slots: FairSemaphore;
  private isUnavailable = false;
  private isStopping = false;

  constructor(
    private readonly requests: RequestsRepository,
    semaphores: FairSemaphores,
    shutdown: Shutdown,
  ) {
    shutdown.onDrain(() => this.endListeners());
    this.slots = semaphores.createSemaphore(MAX_LISTENERS, { evict: 'oldest' });
  }

  /**
   * Adds a listener. If necessary, evicts the oldest listener of an owner above its share to admit an owner
   * below its share.
   * @param owner API key of the listener
   * @returns a function that removes the listener; further calls have no effect
   * @throws AppStoppingError, TooManyListenersError
   */
  addListener(requestId: string, owner: string, listener: ProgressListener): () => void {
    if (this.isStopping) throw new AppStoppingError();
    const releaseSlot = this.slots.tryAcquire(owner, () => {
      removeListener();
      listener.onEvict();
    });
    if (!releaseSlot) throw new TooManyListenersError();
    const listeners = this.listenersByRequest.get(requestId) ?? new Set();
    this.listenersByRequest.set(requestId, listeners.add(listener));
    this.timer ??= setTimeout(() => void this.poll(), POLL_INTERVAL_MS);
    const removeListener = () => {
      if (!listeners.delete(listener)) return;
      releaseSlot();
      if (listeners.size === 0) this.listenersByRequest.delete(requestId);
    };
    return removeListener;
  }

  /**
   * Ends all streams, because open streams prevent the server from closing. Clients reconnect to another
   * instance.
   */
  private endListeners(): void {
    this.isStopping = true;
    clearTimeout(this.timer);
    for (const listeners of this.listenersByRequest.values())
      for (const listener of listeners) listener.onEnd();
  }

  private async poll(): Promise<void> {
    const ids = [...this.listenersByRequest.keys()];
    if (ids.length > 0) await this.notifyListeners(ids);
    this.timer =
      this.listenersByRequest.size > 0
        ? setTimeout(() => void this.poll(), POLL_INTERVAL_MS)
        : undefined;
  }

  private async notifyListeners(ids: string[]): Promise<void> {
    const requests = await this.findRequests(ids);
    if (!requests) return;
    for (const id of ids) {
      const request = requests.get(id);
      for (const listener of this.listenersByRequest.get(id) ?? []) {
        if (request) listener.onProgress(request);
        else listener.onEnd();
      }
    }
  }

  /** Returns undefined while PostgreSQL is unavailable, and logs only the first failure. */
  private async findRequests(ids: string[]): Promise<Map<string, ProcessingRequest> | undefined> {
    try {
      const requests = await this.requests.findRequests(ids);
      this.isUnavailable = false;
      return new Map(requests.map((request) => [request.id, request]));
    } catch (error) {
      if (!this.isUnavailable)
        this.log.warn({ message: 'Could not read the progress of requests; retrying', err: error });
      this.isUnavailable = true;
      return undefined;
    }
  }
}

class TooManyListenersError extends AppError {
  constructor() {
    super(STATUS_ERRORS.too_many_listeners, { retryAfterMs: 30_000 });
  }
}
