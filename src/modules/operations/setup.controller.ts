import { resolve } from 'node:path';
import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { splitHosts } from '../../platform/config/database-url.js';
import { Env } from '../../platform/config/env.js';
import { toRedisAddress } from '../../platform/config/redis-url.js';
import { objectPrefix } from '../../platform/config/storage-settings.js';
import { VERSION } from '../../platform/config/version.js';
import { type ServerDto, SetupDto, type StorageDto } from './setup.dto.js';

/** Injection token for the embedded servers, because the environment does not show which servers are embedded. */
export const EMBEDDED_SERVERS = Symbol('embedded servers');

export interface EmbeddedServersInUse {
  database: boolean;
  redis: boolean;
}

@ApiTags('Operations')
@Controller('setup')
export class SetupController {
  constructor(
    private readonly env: Env,
    @Inject(EMBEDDED_SERVERS) private readonly embedded: EmbeddedServersInUse,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Get the setup of this instance',
    description:
      'Returns the servers, paths and limits, without secrets. `GET /health/ready` reports the health.',
  })
  @ApiOkResponse({ type: SetupDto })
  setup(): SetupDto {
    const { env } = this;
    return {
      version: VERSION,
      node: process.versions.node,
      public_url: env.PUBLIC_URL ?? null,
      database: describeServer(env.DATABASE_URL!, this.embedded.database),
      redis: { embedded: this.embedded.redis, address: toRedisAddress(env.REDIS_URL!) },
      storage: describeStorage(env),
      decoders: env.DECODERS,
      download_concurrency: env.DOWNLOAD_CONCURRENCY,
      max_image_bytes: env.MAX_IMAGE_BYTES,
      max_image_pixels: env.MAX_IMAGE_PIXELS,
      max_upload_bytes: env.MAX_UPLOAD_BYTES,
    };
  }
}

function describeStorage(env: Env): StorageDto {
  const kind = env.STORAGE;
  if (kind === 'disk') {
    const directory = resolve(env.DATA_DIR, 'artifacts');
    return { kind, directory, bucket: null, owner_marker: `${directory}/.database` };
  }
  const bucket = `${env.S3_BUCKET}/${objectPrefix(env)}`;
  return { kind, directory: null, bucket, owner_marker: `${bucket}.database` };
}

function describeServer(serverUrl: string, embedded: boolean): ServerDto {
  const urls = splitHosts(serverUrl).map((url) => new URL(url));
  const { pathname } = urls[0];
  const hosts = urls.map(({ host }) => host).join(',');
  return { embedded, address: `${hosts}${pathname === '/' ? '' : pathname}` };
}
