import { InjectQueue } from '@nestjs/bull';
import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Queue } from 'bull';
import { distinctUntilChanged, map, skip, type Subscription } from 'rxjs';
import { FairOrder } from '../../platform/concurrency/fair-order.js';
import { Env } from '../../platform/config/env.js';
import { OwnerUsageMeter } from '../../platform/database/owner-usage-meter.js';
import { Shutdown } from '../../platform/lifecycle/shutdown.js';
import { runShutdownStep } from '../../platform/queues/run-shutdown-step.js';
import { JobConsumer } from '../../platform/queues/job-consumer.js';
import { IMAGES_QUEUE, type ImageJob } from '../../platform/queues/jobs.js';
import { StoragePause } from '../../platform/storage/storage-pause.js';
import { ImageClaims } from './image-claims.js';
import { ImageDispatcher } from './image-dispatcher.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { ProcessImage } from './process-image.js';

/** Number of images per decoder that may wait for decoding or recording, in addition to the running downloads. */
const PREFETCHED_IMAGES_PER_DECODER = 64;
/** Time that running images have to finish at shutdown. Unfinished images are released. */
const FINISH_TIMEOUT_MS = 6000;

/** Consumes the `images` queue. The pipeline is in process-image.ts. */
@Injectable()
export class ImageProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly consumer: JobConsumer<ImageJob>;
  private subscription?: Subscription;
  private drainPromise?: Promise<void>;

  constructor(
    @InjectQueue(IMAGES_QUEUE) queue: Queue<ImageJob>,
    private readonly claims: ImageClaims,
    private readonly pipeline: ProcessImage,
    private readonly recorder: OutcomeRecorder,
    private readonly dispatcher: ImageDispatcher,
    private readonly order: FairOrder,
    private readonly storagePause: StoragePause,
    private readonly usage: OwnerUsageMeter,
    private readonly shutdown: Shutdown,
    env: Env,
  ) {
    this.consumer = new JobConsumer(queue, {
      concurrency: env.DOWNLOAD_CONCURRENCY + env.DECODERS * PREFETCHED_IMAGES_PER_DECODER,
      handleJob: async ({ data, opts }) => {
        this.order.recordStart(opts.priority ?? 1);
        await this.pipeline.processImage(data.image_id, data.request_id);
      },
    });
  }

  onApplicationBootstrap(): void {
    // Releases the leases immediately, so other processes can claim the images. This process may serve calls for
    // a few more seconds.
    this.shutdown.onStop(() => void this.beforeApplicationShutdown());
    this.consumer.startConsuming();
    this.subscription = this.storagePause.fault
      .pipe(map(Boolean), distinctUntilChanged(), skip(1))
      .subscribe((isPaused) => void this.consumer.setPaused(isPaused));
  }

  /** Stops processing. Further calls return the same promise. Never rejects. */
  beforeApplicationShutdown(): Promise<void> {
    this.drainPromise ??= this.drain();
    return this.drainPromise;
  }

  private async drain(): Promise<void> {
    this.subscription?.unsubscribe();
    await runShutdownStep('Stopping the image dispatcher', this.dispatcher.stopDispatch());
    const abortProcessing = () => {
      this.claims.abortAllProcessing();
      // Otherwise, running images would wait for PostgreSQL as long as it is unavailable.
      this.claims.stopRenewal();
      this.recorder.stopRetries();
    };
    await this.consumer.stopConsuming(FINISH_TIMEOUT_MS, abortProcessing);
    abortProcessing();
    await runShutdownStep('Writing the owner usage', this.usage.flush());
  }
}
