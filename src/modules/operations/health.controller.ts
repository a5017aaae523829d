import type { Request } from 'express';
import { Controller, Get, Header, Req } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import { consumesQueues } from '../../platform/config/role-env.js';
import { Env } from '../../platform/config/env.js';
import { AppStoppingError, Shutdown } from '../../platform/lifecycle/shutdown.js';
import { DatabaseHealth } from './database.health.js';
import { OrphanCleanupHealth } from './orphan-cleanup.health.js';
import { NotReadyError, reportReadiness } from './readiness.js';
import { RedisHealth } from './redis.health.js';
import { StorageHealth } from './storage.health.js';
import type { AppError } from '../../platform/errors/app-error.js';
import { toProblem } from '../../platform/http/to-problem.js';
import { RedisReadOnlyError, RedisUnavailableError } from '../../platform/queues/redis-errors.js';

const UP = { status: 'up' } as const;
const DEPENDENCY_SCHEMA = {
  type: 'object',
  properties: { status: { type: 'string', enum: ['up', 'down'] } },
};
const READINESS_SCHEMA = {
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['ok', 'error'] },
    details: {
      type: 'object',
      properties: {
        database: DEPENDENCY_SCHEMA,
        redis: DEPENDENCY_SCHEMA,
        storage: DEPENDENCY_SCHEMA,
        orphan_cleanup: DEPENDENCY_SCHEMA,
      },
    },
  },
};
const toDownStatus = ({ code, message }: AppError) => ({ status: 'down', code, message }) as const;
const REDIS_UNAVAILABLE = toDownStatus(
  new RedisUnavailableError('connect ECONNREFUSED 127.0.0.1:6379'),
);
const READY = {
  status: 'ok',
  info: { database: UP, redis: UP, storage: UP },
  error: {},
  details: { database: UP, redis: UP, storage: UP },
};
const READY_WITHOUT_REDIS = {
  status: 'ok',
  info: { database: UP, storage: UP },
  error: { redis: REDIS_UNAVAILABLE },
  details: { database: UP, redis: REDIS_UNAVAILABLE, storage: UP },
};
const NOT_READY = toProblem(
  new NotReadyError({ database: UP, redis: toDownStatus(new RedisReadOnlyError()), storage: UP }),
  '/health/ready',
);

@ApiTags('Operations')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: DatabaseHealth,
    private readonly redis: RedisHealth,
    private readonly storage: StorageHealth,
    private readonly shutdown: Shutdown,
    private readonly orphanCleanup: OrphanCleanupHealth,
    private readonly env: Env,
  ) {}

  @Get('live')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Check that the process is alive',
    description:
      'Checks no dependencies. `http_version` is the HTTP version with which the app received the call, for example from a reverse proxy.',
  })
  @ApiOkResponse({ schema: { example: { status: 'ok', http_version: '1.1' } } })
  live(@Req() { httpVersion }: Request): { status: 'ok'; http_version: string } {
    return { status: 'ok', http_version: httpVersion };
  }

  @Get('ready')
  @HealthCheck({ swaggerDocumentation: false })
  @ApiOperation({
    summary: 'Check whether this instance can accept and process work',
    description:
      'Reports PostgreSQL, Redis and the artifact storage, each `up`, or `down` with a `code` and the reason. The app stays ready while Redis is unavailable: uploads are accepted, and their images wait. The app also stays ready if Redis may evict jobs or the storage budget is used up. After SIGTERM, the response is 503 (`app_stopping`), although the app serves calls for another `SHUTDOWN_DELAY_SECONDS`. `orphan_cleanup` is always up. Its field `enabled` is false if another database has claimed the storage, and null while this is unknown. With `PRESSROOM_ROLE=api`, `redis` and `orphan_cleanup` are omitted, because only workers need them.',
  })
  @ApiOkResponse({
    description:
      'The app is ready. Redis may be `down` if it should recover automatically or may evict jobs. Storage may be `down` if its budget is used up.',
    schema: { ...READINESS_SCHEMA, examples: [READY, READY_WITHOUT_REDIS] },
  })
  @ApiServiceUnavailableResponse({
    description:
      "The app can't process work. Each part that is `down` states the reason and what to do if it does not recover automatically.",
    schema: { example: NOT_READY },
  })
  ready() {
    if (this.shutdown.isStopping) throw new AppStoppingError();
    // Only processes with workers report Redis and orphan cleanup.
    const workerChecks = [() => this.redis.check(), () => this.orphanCleanup.check()];
    return reportReadiness(
      this.health.check([
        () => this.database.check(),
        () => this.storage.check(),
        ...(consumesQueues(this.env) ? workerChecks : []),
      ]),
    );
  }
}
