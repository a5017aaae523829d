import { Injectable, Logger } from '@nestjs/common';
import { ImagesRepository } from '../../platform/database/repositories/images.js';
import { PausesRepository } from '../../platform/database/repositories/pauses.js';
import { TaskLeasesRepository } from '../../platform/database/repositories/task-leases.js';
import type { ParkedImageCursor } from '../../platform/database/statements/release-parked-images.js';

/** Parked images that a statement reads. */
const BATCH_SIZE = 5000;
/** Maximum time of a call that finds only images of other origins. */
const MAX_DURATION_MS = 500;
/** Exceeds the duration of a dispatch that began before the end of a pause. */
const ENDED_PAUSE_SECONDS = 120;
/** Interval of the search for images that were parked after the end of their pause. */
const INTERVAL_SECONDS = 5;

/** A pass over all parked images. */
interface Pass {
  began: Date;
  after?: ParkedImageCursor;
  /** False once it has found an image of a resumed origin. */
  isClean: boolean;
}

/** Releases the images of resumed origins, in one process at a time. */
@Injectable()
export class ParkedImages {
  private readonly log = new Logger(ParkedImages.name);
  private pass?: Pass;

  constructor(
    private readonly images: ImagesRepository,
    private readonly pauses: PausesRepository,
    private readonly leases: TaskLeasesRepository,
  ) {}

  /** Releases one batch of images of resumed origins. Returns true if there may be more. */
  async releaseBatch(size = BATCH_SIZE): Promise<boolean> {
    if (!(await this.pauses.hasEndedPauses())) {
      this.pass = undefined;
      return false;
    }
    const ran = await this.leases.runExclusive({
      name: 'release of parked images',
      minAgeSeconds: this.pass ? 0 : INTERVAL_SECONDS,
      signal: new AbortController().signal,
      run: () => this.continuePass(size),
    });
    return ran && this.pass !== undefined;
  }

  private async continuePass(size: number): Promise<void> {
    const end = performance.now() + MAX_DURATION_MS;
    do {
      const batch = await this.images.releaseParkedImages(size, this.pass?.after);
      const { readCount, resumedCount, releasedCount: images, lastPosition, startedAt } = batch;
      const pass = (this.pass ??= { began: startedAt, isClean: true });
      pass.isClean &&= resumedCount === 0;
      if (images > 0) this.log.log({ message: 'Resumed the waiting images of an origin', images });
      if (readCount < size || lastPosition === null) return this.endPass(pass);
      pass.after = lastPosition;
      if (images > 0) return;
    } while (performance.now() < end);
  }

  private async endPass({ began, isClean }: Pass): Promise<void> {
    this.pass = undefined;
    await this.pauses.removeEndedPauses(ENDED_PAUSE_SECONDS, isClean ? began : undefined);
  }
}
