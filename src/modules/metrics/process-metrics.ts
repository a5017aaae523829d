import { Injectable } from '@nestjs/common';
import { Compressor } from '../../platform/compression/compressor.js';
import { DECODER_EXIT_REASONS } from '../../platform/compression/decoder-pool/decoder-exit.js';
import { Env } from '../../platform/config/env.js';
import { createInstance } from '../../platform/config/instance.js';
import { OriginRegistry } from '../../platform/http-client/origin/origin-registry.js';
import { Metrics } from '../../platform/telemetry/metrics.js';

const BYTES_PER_MIB = 1024 * 1024;

/** Reports the downloads, origins and decoders of this process. */
@Injectable()
export class ProcessMetrics {
  constructor(
    private readonly metrics: Metrics,
    private readonly origins: OriginRegistry,
    private readonly compressor: Compressor,
    private readonly env: Env,
  ) {
    const { version, role } = createInstance(env);
    metrics.set('pressroom_build_info', { version, role }, 1);
    metrics.onScrape(() => this.collectDownloads());
    metrics.onScrape(() => this.collectDecoders());
  }

  private collectDownloads(): void {
    const { running, max } = this.origins.downloads;
    this.metrics.set('pressroom_downloads_running', {}, running);
    this.metrics.set('pressroom_downloads_max', {}, max);
    for (const [state, count] of Object.entries(this.origins.countOrigins())) {
      this.metrics.set('pressroom_origins', { state }, count);
    }
  }

  private collectDecoders(): void {
    const { metrics } = this;
    const { waitingTaskCount, runningTaskCount, memoryBytes, exitCounts } =
      this.compressor.statistics;
    metrics.set('pressroom_decoders_running', {}, memoryBytes.length);
    metrics.set('pressroom_decoder_tasks', { state: 'waiting' }, waitingTaskCount);
    metrics.set('pressroom_decoder_tasks', { state: 'running' }, runningTaskCount);
    const total = memoryBytes.reduce((sum, bytes) => sum + bytes, 0);
    metrics.set('pressroom_decoder_memory_bytes', {}, total);
    metrics.set('pressroom_decoder_largest_memory_bytes', {}, Math.max(0, ...memoryBytes));
    metrics.set(
      'pressroom_decoder_memory_max_bytes',
      {},
      this.env.DECODER_MEMORY_MB * BYTES_PER_MIB,
    );
    for (const reason of DECODER_EXIT_REASONS) {
      metrics.incrementTo('pressroom_decoder_exits_total', { reason }, exitCounts[reason]);
    }
  }
}
