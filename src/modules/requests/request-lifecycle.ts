import { Injectable, Logger } from '@nestjs/common';
import { RequestNotFoundError } from '../../platform/http/id.pipe.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { RequestTransitionsRepository } from '../../platform/database/repositories/request-transitions.js';
import { BulkOperationsRepository } from '../../platform/database/repositories/bulk-operations.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { Signals } from '../../platform/queues/signals.js';
import {
  AlreadyFinishedError,
  NothingToRetryError,
  RequestStillRunningError,
  RequestBusyError,
} from './lifecycle-errors.js';

/** Number of images per batch. A batch takes about 100 ms. */
const BATCH_SIZE = 5000;
/** Maximum time that a call spends on image rows. Housekeeping completes the update. */
const MAX_UPDATE_MS = 1000;

/** Cancels, retries and removes requests. The request changes immediately, and its images change in batches. */
@Injectable()
export class RequestLifecycle {
  private readonly log = new Logger(RequestLifecycle.name);

  constructor(
    private readonly transitions: RequestTransitionsRepository,
    private readonly operations: BulkOperationsRepository,
    private readonly requests: RequestsRepository,
    private readonly signals: Signals,
  ) {}

  /**
   * Cancels a request. A request that is already canceled stays unchanged.
   * @throws RequestNotFoundError, AlreadyFinishedError, RequestBusyError
   */
  async cancelRequest(id: string): Promise<ProcessingRequest> {
    const result = await this.transitions.cancelRequest(id);
    if (result === 'finished') throw new AlreadyFinishedError((await this.findRequest(id)).status);
    if (result === 'busy') throw new RequestBusyError();
    if (result === 'changed') {
      this.log.log('Request canceled');
      this.signals.requestStopped.next(id);
      this.signals.deliveriesDue.next();
      await this.advanceOperation(id);
    }
    return this.findRequest(id);
  }

  /**
   * Retries images of an ended request.
   * @param code selects the images that failed with this code; undefined selects all failed and canceled images
   * @throws RequestNotFoundError, RequestStillRunningError, NothingToRetryError, RequestBusyError,
   * OpenWorkLimitError
   */
  async retryRequest(id: string, code?: string): Promise<ProcessingRequest> {
    const result = await (code === undefined
      ? this.transitions.retryRequest(id)
      : this.transitions.retryImagesWithCode(id, code));
    if (result === 'running') throw new RequestStillRunningError();
    if (result === 'nothingToRetry') throw new NothingToRetryError(code);
    if (result === 'busy') throw new RequestBusyError();
    const request = await this.findRequest(id);
    this.log.log({
      message: 'Request retried',
      ...(code !== undefined && { error_code: code }),
    });
    if (code === undefined) await this.advanceOperation(id);
    this.signals.imagesDue.next();
    return request;
  }

  /** @throws RequestNotFoundError */
  async removeRequest(id: string): Promise<void> {
    if ((await this.transitions.removeRequest(id)) === 'unknown') throw new RequestNotFoundError();
    this.log.log('Request removed');
    this.signals.requestStopped.next(id);
    this.signals.housekeepingDue.next();
  }

  private async findRequest(id: string): Promise<ProcessingRequest> {
    const request = await this.requests.findRequest(id);
    if (!request) throw new RequestNotFoundError();
    return request;
  }

  /** Advances the bulk operation for a limited time. Housekeeping completes the operation, even after an error. */
  private async advanceOperation(id: string): Promise<void> {
    const deadline = Date.now() + MAX_UPDATE_MS;
    try {
      while (Date.now() < deadline) {
        const step = await this.operations.advanceOperation(BATCH_SIZE, id);
        if (!step || step.isDone) break;
      }
    } catch (error) {
      this.log.warn({
        message:
          'Could not update the images of the request; housekeeping will complete the update',
        err: error,
      });
    }
    this.signals.housekeepingDue.next();
  }
}
