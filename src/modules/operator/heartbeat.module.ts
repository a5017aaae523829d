import { Module } from '@nestjs/common';
import { CompressionModule } from '../../platform/compression/compression.module.js';
import { HttpClientModule } from '../../platform/http-client/http-client.module.js';
import { StorageModule } from '../../platform/storage/storage.module.js';
import { WorkerHeartbeat } from './worker-heartbeat.js';

/** Reports this process to operators. Processes of every role need this module. */
@Module({
  imports: [CompressionModule, HttpClientModule, StorageModule],
  providers: [WorkerHeartbeat],
})
export class HeartbeatModule {}
