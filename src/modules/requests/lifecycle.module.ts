import { Module } from '@nestjs/common';
import { StorageModule } from '../../platform/storage/storage.module.js';
import { LifecycleController } from './lifecycle.controller.js';
import { OrphanFiles } from './orphan-files.js';
import { RequestLifecycle } from './request-lifecycle.js';
import { Housekeeping } from './housekeeping.js';

/** What a person or the time does to whole requests: cancel, retry, remove, expire. */
@Module({
  imports: [StorageModule],
  controllers: [LifecycleController],
  providers: [OrphanFiles, RequestLifecycle, Housekeeping],
})
export class RequestsModule {}
