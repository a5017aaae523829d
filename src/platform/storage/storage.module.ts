import { Module } from '@nestjs/common';
import { ArtifactStore } from './artifact-store.js';
import { Env } from '../config/env.js';
import { StorageRoom } from './free-space.js';
import { openStorage } from './open-storage.js';

@Module({
  providers: [{ provide: ArtifactStore, inject: [Env], useFactory: openStorage }, StorageRoom],
  exports: [ArtifactStore, StorageRoom],
})
export class StorageModule {}
