import { Module } from '@nestjs/common';
import { ArtifactStore } from './artifact-store.js';
import { Env } from '../config/env.js';
import { StoragePause } from './storage-pause.js';
import { Metrics } from '../telemetry/metrics.js';
import { TelemetryModule } from '../telemetry/telemetry.module.js';
import { measureStorage } from './measure-storage.js';
import { openStorage } from './storage-drivers.js';

@Module({
  imports: [TelemetryModule],
  providers: [
    {
      provide: ArtifactStore,
      inject: [Env, Metrics],
      useFactory: async (env: Env, metrics: Metrics) =>
        measureStorage(await openStorage(env), env.STORAGE, metrics),
    },
    StoragePause,
  ],
  exports: [ArtifactStore, StoragePause],
})
export class StorageModule {}
