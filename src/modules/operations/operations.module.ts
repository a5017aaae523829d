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
  controllers: [HealthController, SetupController],
  providers: [DatabaseHealth, OrphanCleanupHealth, RedisHealth, StorageHealth],
})
export class OperationsModule {
  static with(embedded: EmbeddedServersInUse): DynamicModule {
    return {
      module: OperationsModule,
      providers: [{ provide: EMBEDDED_SERVERS, useValue: embedded }],
    };
  }
}
