import { Injectable, Logger } from '@nestjs/common';
import { ImagesRepository } from '../../platform/database/repositories/images.js';
import { PausesRepository } from '../../platform/database/repositories/pauses.js';
import { TaskLeasesRepository } from '../../platform/database/repositories/task-leases.js';
import type { ParkedImageCursor } from '../../platform/database/statements/release-parked-images.js';

/** Number of parked images that one statement reads. */
const BATCH_SIZE = 5000;
/** Maximum duration of a call that finds no images of resumed origins. */
const MAX_DURATION_MS = 500;
/** Time for which an ended pause is kept. Longer than any dispatch that started before the pause ended. */
const ENDED_PAUSE_RETENTION_SECONDS = 120;
/** Interval between searches for images that were parked after their pause had ended. */
const PASS_INTERVAL_SECONDS = 5;

/** A pass over all parked images. */
interface ReleasePass {
  startedAt: Date;
  lastPosition?: ParkedImageCursor;
  /** False once the pass has found an image of a resumed origin. */
  isClean: boolean;
}

/** Releases the images of resumed origins. Runs in one process at a time. */
@Injectable()
export class ParkedImages {
  private readonly log = new Logger(ParkedImages.name);
  private currentPass?: ReleasePass;

  constructor(
    private readonly images: ImagesRepository,
    private readonly pauses: PausesRepository,
    private readonly leases: TaskLeasesRepository,
  ) {}

  /** Releases one batch of images of resumed origins. Returns true if there may be more. */
  async releaseBatch(batchSize = BATCH_SIZE): Promise<boolean> {
    if (!(await this.pauses.hasEndedPauses())) {
      this.currentPass = undefined;
      return false;
    }
    const hasRun = await this.leases.runExclusive({
      name: 'release of parked images',
      minAgeSeconds: this.currentPass ? 0 : PASS_INTERVAL_SECONDS,
      signal: new AbortController().signal,
      run: () => this.continuePass(batchSize),
    });
    return hasRun && this.currentPass !== undefined;
  }

  private async continuePass(batchSize: number): Promise<void> {
    const deadline = performance.now() + MAX_DURATION_MS;
    do {
      const batch = await this.images.releaseParkedImages(
        batchSize,
        this.currentPass?.lastPosition,
      );
      const { readCount, resumedCount, releasedCount, lastPosition, startedAt } = batch;
      const pass = (this.currentPass ??= { startedAt, isClean: true });
      pass.isClean &&= resumedCount === 0;
      if (releasedCount > 0)
        this.log.log({ message: 'Resumed the waiting images of an origin', images: releasedCount });
      if (readCount < batchSize || lastPosition === null) return this.endPass(pass);
      pass.lastPosition = lastPosition;
      if (releasedCount > 0) return;
    } while (performance.now() < deadline);
  }

  private async endPass({ startedAt, isClean }: ReleasePass): Promise<void> {
    this.currentPass = undefined;
    await this.pauses.removeEndedPauses(
      ENDED_PAUSE_RETENTION_SECONDS,
      isClean ? startedAt : undefined,
    );
  }
}
