import { Injectable, Logger } from '@nestjs/common';
import { ImagesRepository } from '../../platform/database/repositories/images.js';
import { PausesRepository } from '../../platform/database/repositories/pauses.js';
import { TaskLeasesRepository } from '../../platform/database/repositories/task-leases.js';

/** Parked images that are released at once. */
const BATCH_SIZE = 5000;
/** Longer than a dispatch can take that began before the end of a pause. */
const ENDED_PAUSE_SECONDS = 120;
/** Interval at which images are sought that were parked after the end of their pause. */
const INTERVAL_SECONDS = 5;

/** Releases the images of resumed origins, in one process at a time. */
@Injectable()
export class ParkedImages {
  private readonly log = new Logger(ParkedImages.name);
  private hasMore = false;

  constructor(
    private readonly images: ImagesRepository,
    private readonly pauses: PausesRepository,
    private readonly leases: TaskLeasesRepository,
  ) {}

  /** Makes one batch of images of resumed origins due. Returns true if there may be more. */
  async releaseBatch(): Promise<boolean> {
    if (!(await this.pauses.anyEnded())) return (this.hasMore = false);
    const ran = await this.leases.runExclusive({
      name: 'release of parked images',
      minAgeSeconds: this.hasMore ? 0 : INTERVAL_SECONDS,
      signal: new AbortController().signal,
      run: () => this.release(),
    });
    return (this.hasMore &&= ran);
  }

  private async release(): Promise<void> {
    const images = await this.images.releaseParked(BATCH_SIZE);
    if (images > 0) this.log.log({ message: 'Released images of a resumed origin', images });
    this.hasMore = images === BATCH_SIZE;
    if (images === 0) await this.pauses.removeEnded(ENDED_PAUSE_SECONDS);
  }
}
