import { Injectable, Logger } from '@nestjs/common';
import { RequestNotFoundError } from '../../platform/http/id.pipe.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { RequestMovesRepository } from '../../platform/database/repositories/request-moves.js';
import { RequestSweepsRepository } from '../../platform/database/repositories/request-sweeps.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { Signals } from '../../platform/queues/signals.js';
import {
  AlreadyFinishedError,
  NothingToRetryError,
  RequestStillRunningError,
  RequestBusyError,
} from './lifecycle-errors.js';

/** Images of one batch; some 100 ms. */
const BATCH = 5000;
/** An answer waits this long for the images' rows; what is left follows in the background. */
const PATIENCE_MS = 1000;

/** Cancel, retry and remove: the request moves at once, its images with it or right after. */
@Injectable()
export class RequestLifecycle {
  private readonly log = new Logger(RequestLifecycle.name);

  constructor(
    private readonly moves: RequestMovesRepository,
    private readonly sweeps: RequestSweepsRepository,
    private readonly requests: RequestsRepository,
    private readonly signals: Signals,
  ) {}

  /**
   * Does nothing to a request that was cancelled before.
   * @throws RequestNotFoundError, AlreadyFinishedError, RequestBusyError
   */
  async cancel(id: string): Promise<ProcessingRequest> {
    const move = await this.moves.cancel(id);
    if (move === 'final') throw new AlreadyFinishedError((await this.find(id)).status);
    if (move === 'busy') throw new RequestBusyError();
    if (move === 'moved') {
      this.log.log('Request cancelled');
      this.signals.requestStopped.next(id);
      this.signals.deliveriesDue.next();
      await this.sweep(id);
    }
    return this.find(id);
  }

  /**
   * @param code only the images that failed with this code; undefined: all that failed or were cancelled
   * @throws RequestNotFoundError, RequestStillRunningError, NothingToRetryError, RequestBusyError,
   * TooManyOpenRequestsError, TooManyOpenImagesError
   */
  async retry(id: string, code?: string): Promise<ProcessingRequest> {
    const move = await (code === undefined ? this.moves.retry(id) : this.moves.retryCode(id, code));
    if (move === 'open') throw new RequestStillRunningError();
    if (move === 'nothing') throw new NothingToRetryError(code);
    if (move === 'busy') throw new RequestBusyError();
    const request = await this.find(id);
    this.log.log({
      message: 'Request is retried',
      ...(code !== undefined && { error_code: code }),
    });
    if (code === undefined) await this.sweep(id);
    this.signals.imagesDue.next();
    return request;
  }

  /** @throws RequestNotFoundError */
  async remove(id: string): Promise<void> {
    if ((await this.moves.remove(id)) === 'unknown') throw new RequestNotFoundError();
    this.log.log('Request removed');
    this.signals.requestStopped.next(id);
    this.signals.sweepDue.next();
  }

  private async find(id: string): Promise<ProcessingRequest> {
    const request = await this.requests.find(id);
    if (!request) throw new RequestNotFoundError();
    return request;
  }

  /** The request has moved already, whatever happens here; the sweeper goes on with what is left. */
  private async sweep(id: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    try {
      while (Date.now() < deadline) {
        const step = await this.sweeps.advance(BATCH, id);
        if (!step || step.done) break;
      }
    } catch (error) {
      this.log.warn({ message: 'The images follow in the background', err: error });
    }
    this.signals.sweepDue.next();
  }
}
