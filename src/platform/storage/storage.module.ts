import { Module } from '@nestjs/common';
import { ArtifactStore } from './artifact-store.js';
import { DiskArtifactStore } from './disk-artifact-store.js';
import { StorageRoom } from './free-space.js';

@Module({
  providers: [{ provide: ArtifactStore, useClass: DiskArtifactStore }, StorageRoom],
  exports: [ArtifactStore, StorageRoom],
})
export class StorageModule {}
