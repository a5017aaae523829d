import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { StorageModule } from '../../platform/storage/storage.module.js';
import { DatabaseHealth } from './database.health.js';
import { HealthController } from './health.controller.js';
import { OrphanCleanupHealth } from './orphan-cleanup.health.js';
import { RedisHealth } from './redis.health.js';
import {
  EMBEDDED_SERVERS,
  type EmbeddedServersInUse,
  SetupController,
} from './setup.controller.js';
import { StorageHealth } from './storage.health.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), StorageModule],
  controllers: [HealthController],
  providers: [DatabaseHealth, OrphanCleanupHealth, RedisHealth, StorageHealth],
})
export class OperationsModule {
  /** @param isApi true if the process serves more than health checks */
  static forRole(embedded: EmbeddedServersInUse, isApi: boolean): DynamicModule {
    return {
      module: OperationsModule,
      controllers: isApi ? [SetupController] : [],
      providers: [{ provide: EMBEDDED_SERVERS, useValue: embedded }],
    };
  }
}
