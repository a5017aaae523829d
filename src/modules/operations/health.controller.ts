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

const up = { status: 'up' } as const;
const PART = { type: 'object', properties: { status: { type: 'string', enum: ['up', 'down'] } } };
const READINESS_SCHEMA = {
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['ok', 'error'] },
    details: {
      type: 'object',
      properties: { database: PART, redis: PART, storage: PART, orphan_cleanup: PART },
    },
  },
};
const down = ({ code, message }: AppError) => ({ status: 'down', code, message }) as const;
const REDIS_UNAVAILABLE = down(new RedisUnavailableError('connect ECONNREFUSED 127.0.0.1:6379'));
const READY = {
  status: 'ok',
  info: { database: up, redis: up, storage: up },
  error: {},
  details: { database: up, redis: up, storage: up },
};
const READY_WITHOUT_REDIS = {
  status: 'ok',
  info: { database: up, storage: up },
  error: { redis: REDIS_UNAVAILABLE },
  details: { database: up, redis: REDIS_UNAVAILABLE, storage: up },
};
const NOT_READY = toProblem(
  new NotReadyError({ database: up, redis: down(new RedisReadOnlyError()), storage: up }),
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
    summary: 'The process is alive',
    description:
      'Checks no dependency. `http_version` is the HTTP version of the call as the app received it, i.e. from a reverse proxy if there is one.',
  })
  @ApiOkResponse({ schema: { example: { status: 'ok', http_version: '1.1' } } })
  live(@Req() { httpVersion }: Request): { status: 'ok'; http_version: string } {
    return { status: 'ok', http_version: httpVersion };
  }

  @Get('ready')
  @HealthCheck({ swaggerDocumentation: false })
  @ApiOperation({
    summary: 'Whether this instance can accept and process work',
    description:
      'PostgreSQL, Redis and the artifact storage, each `up` or `down` with a `code` and the reason. An unavailable Redis leaves the app ready: uploads are accepted, and their images wait. The app also stays ready when Redis may evict jobs, or when the storage budget is used up. After SIGTERM, the response is 503 (`app_stopping`), although the app serves calls for another `SHUTDOWN_DELAY_SECONDS`. `orphan_cleanup` is always up. Its `enabled` is false after a restore to another database, and null while it is unknown. With `PRESSROOM_ROLE=api` the parts `redis` and `orphan_cleanup` are omitted, because only workers need them.',
  })
  @ApiOkResponse({
    description:
      'The app is ready. Redis may be `down` when it is expected to recover automatically, or may evict jobs. The storage may be `down` when its budget is used up.',
    schema: { ...READINESS_SCHEMA, examples: [READY, READY_WITHOUT_REDIS] },
  })
  @ApiServiceUnavailableResponse({
    description:
      "Work can't proceed: the part that is `down` says why, and what to do if it does not recover automatically.",
    schema: { example: NOT_READY },
  })
  ready() {
    if (this.shutdown.isStopping) throw new AppStoppingError();
    // A process without workers does not report Redis and orphan cleanup.
    const ofWorkers = [() => this.redis.check(), () => this.orphanCleanup.check()];
    return reportReadiness(
      this.health.check([
        () => this.database.check(),
        () => this.storage.check(),
        ...(consumesQueues(this.env) ? ofWorkers : []),
      ]),
    );
  }
}
