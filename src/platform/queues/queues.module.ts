import { BullModule } from '@nestjs/bull';
import { Global, Module } from '@nestjs/common';
import type { QueueOptions } from 'bull';
import { JobQueues } from './job-queues.js';
import { IMAGES_QUEUE, WEBHOOKS_QUEUE } from './jobs.js';
import { RedisConnections } from './redis-connections.js';
import { RedisPrefix } from './redis-prefix.js';
import { RedisProbe } from './redis-probe.js';
import { SharedRateLimits } from './shared-rate-limits.js';
import { Signals } from './signals.js';

const REDIS_PROVIDERS = [RedisConnections, RedisPrefix, RedisProbe, SharedRateLimits];

@Module({ providers: REDIS_PROVIDERS, exports: REDIS_PROVIDERS })
class RedisModule {}

@Global()
@Module({
  imports: [
    RedisModule,
    BullModule.forRootAsync({
      imports: [RedisModule],
      inject: [RedisConnections, RedisPrefix],
      useFactory: createQueueOptions,
    }),
    BullModule.registerQueue({ name: IMAGES_QUEUE }, { name: WEBHOOKS_QUEUE }),
  ],
  providers: [JobQueues, Signals],
  exports: [JobQueues, Signals, BullModule, RedisModule],
})
export class QueuesModule {}

function createQueueOptions(connections: RedisConnections, prefix: RedisPrefix): QueueOptions {
  return {
    prefix: prefix.value,
    createClient: (kind) => connections.openConnection(kind),
    // Finds the jobs of a crashed process within 15 s. Bull's defaults take 60 s.
    settings: { lockDuration: 10_000, stalledInterval: 5000, maxStalledCount: 1 },
    // Retries and history live in PostgreSQL. If the key of a job remained, Bull would ignore new jobs with
    // the same ID.
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
  };
}
