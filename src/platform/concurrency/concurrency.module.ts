import { Global, Module } from '@nestjs/common';
import { ownersIn } from '../config/api-keys.js';
import { Env } from '../config/env.js';
import { FairSemaphores } from './fair-semaphores.js';
import { UploadSlots } from './upload-slots.js';

const uploadSlots = {
  provide: UploadSlots,
  inject: [Env],
  useFactory: ({ DATABASE_CONNECTIONS, API_KEYS }: Env) =>
    new UploadSlots(Math.max(1, Math.floor(DATABASE_CONNECTIONS / 2)), ownersIn(API_KEYS)),
};

/** Makes what limits concurrent work injectable in every module. */
@Global()
@Module({ providers: [FairSemaphores, uploadSlots], exports: [FairSemaphores, UploadSlots] })
export class ConcurrencyModule {}
