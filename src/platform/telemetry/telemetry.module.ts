import { Global, Module } from '@nestjs/common';
import { Metrics } from './metrics.js';
import { Tracing } from './tracing.js';

/** Makes metrics and traces injectable in every module. */
@Global()
@Module({ providers: [Metrics, Tracing], exports: [Metrics, Tracing] })
export class TelemetryModule {}
