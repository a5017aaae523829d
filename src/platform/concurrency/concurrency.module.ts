import { Global, Module } from '@nestjs/common';
import { FairSemaphores } from './fair-semaphores.js';

/** Makes `FairSemaphores` injectable in every module. */
@Global()
@Module({ providers: [FairSemaphores], exports: [FairSemaphores] })
export class ConcurrencyModule {}
