import { Controller, Get, Header } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, TypeOrmHealthIndicator } from '@nestjs/terminus';
import { AppStoppingError, Shutdown } from '../common/shutdown.js';
import { OrphanCleanupHealth } from './orphan-cleanup.health.js';
import { RedisHealth } from './redis.health.js';
import { StorageHealth } from './storage.health.js';

@ApiTags('Operations')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: TypeOrmHealthIndicator,
    private readonly redis: RedisHealth,
    private readonly storage: StorageHealth,
    private readonly shutdown: Shutdown,
    private readonly orphanCleanup: OrphanCleanupHealth,
  ) {}

  @Get('live')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'The process is alive', description: 'Asks nothing of any dependency.' })
  @ApiOkResponse({ schema: { example: { status: 'ok' } } })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @HealthCheck({ swaggerDocumentation: false })
  @ApiOperation({
    summary: 'The process and what it depends on',
    description:
      'PostgreSQL, Redis and the storage of artifacts, each up or down with the reason. From SIGTERM on it answers 503 (`app_stopping`), though all calls are served for `SHUTDOWN_DELAY_SECONDS` more. `orphan_cleanup` is always up; `enabled` is false in an installation that was restored into another database, null while it is not known.',
  })
  @ApiOkResponse({
    description: 'All of them are up.',
    schema: {
      type: 'object',
      properties: {
        status: { type: 'string' },
        details: {
          type: 'object',
          properties: {
            database: { type: 'object' },
            redis: { type: 'object' },
            storage: { type: 'object' },
            orphan_cleanup: { type: 'object' },
          },
        },
      },
      example: {
        status: 'ok',
        details: {
          database: { status: 'up' },
          orphan_cleanup: { status: 'up', enabled: true },
        },
      },
    },
  })
  @ApiServiceUnavailableResponse({
    description:
      'At least one is down, or the app is being stopped. Work goes on by itself afterwards.',
    schema: {
      example: { status: 'error', details: { redis: { status: 'down', message: 'no answer' } } },
    },
  })
  ready() {
    if (this.shutdown.isStopping) throw new AppStoppingError();
    return this.health.check([
      () => this.database.pingCheck('database', { timeout: 1000 }),
      () => this.redis.check(),
      () => this.storage.check(),
      () => this.orphanCleanup.check(),
    ]);
  }
}
