import { Injectable, Logger } from '@nestjs/common';
import type { ClaimedImage } from '../../platform/database/statements/claim-images.js';
import { OwnerUsageMeter } from '../../platform/database/owner-usage-meter.js';
import { Signals } from '../../platform/queues/signals.js';
import { sumOutputBytes } from '../../platform/database/statements/outcome.js';
import type { ImageResult, RetryResult } from './image-result.js';
import { OutcomeRecorder } from './outcome-recorder.js';

const IMMEDIATE_RETRY: RetryResult = { status: 'retry', delayMs: 0, isCounted: false };

/** Pipeline step `record`: writes the result of an image to the database. */
@Injectable()
export class ResultRecorder {
  private readonly log = new Logger(ResultRecorder.name);

  constructor(
    private readonly recorder: OutcomeRecorder,
    private readonly signals: Signals,
    private readonly usage: OwnerUsageMeter,
  ) {}

  /** Records a result. Returns an immediate retry instead if the result could not be recorded. */
  async recordResult(image: ClaimedImage, result: ImageResult): Promise<ImageResult> {
    if (result.status === 'retry') return this.postponeImage(image, result);
    if (result.status === 'released') {
      if (result.reason === 'stopping') await this.postponeImage(image, IMMEDIATE_RETRY);
      return result;
    }
    const { id, lease, requestId } = image;
    const outcome = {
      imageId: id,
      lease,
      hasOutputs: image.outputs !== null,
      isAudited: image.audit !== null,
      result,
    };
    if (await this.recorder.recordOutcome(outcome, requestId)) {
      this.usage.addImage(image.owner, {
        isCompleted: result.status !== 'failed',
        bytesIn: result.status === 'completed' ? result.bytesIn : 0,
        bytesOut: result.status === 'completed' ? sumOutputBytes(result) : 0,
      });
      return result;
    }
    this.log.warn('Lease lost or artifact garbage-collected before the outcome was recorded');
    // Has no effect after a lost lease. Otherwise, the image is processed again and its artifact is stored again.
    return this.postponeImage(image, IMMEDIATE_RETRY);
  }

  private async postponeImage(
    { id, lease }: ClaimedImage,
    result: RetryResult,
  ): Promise<ImageResult> {
    const { delayMs, isCounted } = result;
    await this.recorder.postponeImage({ id, lease, delayMs, isCounted });
    if (delayMs === 0) this.signals.imagesDue.next();
    return result;
  }
}
