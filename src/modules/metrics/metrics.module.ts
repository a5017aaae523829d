import { Module } from '@nestjs/common';
import { CompressionModule } from '../../platform/compression/compression.module.js';
import { HttpClientModule } from '../../platform/http-client/http-client.module.js';
import { StorageModule } from '../../platform/storage/storage.module.js';
import { BacklogMetrics } from './backlog-metrics.js';
import { DependencyMetrics } from './dependency-metrics.js';
import { MetricsServer } from './metrics-server.js';
import { ProcessMetrics } from './process-metrics.js';
import { StorageMetrics } from './storage-metrics.js';

/** Serves the metrics of this process. Every role imports this module. */
@Module({
  imports: [CompressionModule, HttpClientModule, StorageModule],
  providers: [BacklogMetrics, DependencyMetrics, ProcessMetrics, StorageMetrics, MetricsServer],
})
export class MetricsModule {}
