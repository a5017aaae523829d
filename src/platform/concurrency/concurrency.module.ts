import { Global, Module } from '@nestjs/common';
import { Env } from '../config/env.js';
import { ActiveImages } from './active-images.js';
import { FairSemaphores } from './fair-semaphores.js';
import { UploadSlots } from './upload-slots.js';

const uploadSlots = {
  provide: UploadSlots,
  inject: [Env, FairSemaphores],
  useFactory: ({ DATABASE_CONNECTIONS }: Env, semaphores: FairSemaphores) =>
    new UploadSlots(semaphores.createSemaphore(Math.max(1, Math.floor(DATABASE_CONNECTIONS / 2)))),
};

/** Provides the concurrency limits and the list of active images to every module. */
@Global()
@Module({
  providers: [ActiveImages, FairSemaphores, uploadSlots],
  exports: [ActiveImages, FairSemaphores, UploadSlots],
})
export class ConcurrencyModule {}
