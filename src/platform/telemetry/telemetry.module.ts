import { Global, Module } from '@nestjs/common';
import { Metrics } from './metrics.js';

/** Makes the metrics of the process injectable in every module. */
@Global()
@Module({ providers: [Metrics], exports: [Metrics] })
export class TelemetryModule {}
