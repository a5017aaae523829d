import { Module } from '@nestjs/common';
import { StorageModule } from '../../platform/storage/storage.module.js';
import { Housekeeping } from './housekeeping.js';
import { OrphanFiles } from './orphan-files.js';

/** Completes bulk operations, expires requests and removes unused files. */
@Module({ imports: [StorageModule], providers: [OrphanFiles, Housekeeping] })
export class HousekeepingModule {}
