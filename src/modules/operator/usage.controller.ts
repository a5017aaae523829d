import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Admin, ADMIN_PROBLEMS } from '../../platform/auth/admin.decorator.js';
import { Env } from '../../platform/config/env.js';
import { OwnerUsageRepository } from '../../platform/database/repositories/owner-usage.js';
import { StorageUsageRepository } from '../../platform/database/repositories/storage-usage.js';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  invalidParameter,
} from '../../platform/http/describe-problems.js';
import { TEXT_PATTERN, decodeCursor, buildPage } from './page.query.dto.js';
import {
  INVALID_DAYS,
  OwnerStorageListDto,
  OwnerUsageDto,
  OwnerUsageListDto,
  UsageQueryDto,
} from './usage.dto.js';

/** Maximum number of listed owners. */
const MAX_OWNERS = 100;

@Admin()
@ApiTags('Operator')
@Controller('operator/usage')
export class UsageController {
  private pendingStorage?: Promise<OwnerStorageListDto>;

  constructor(
    private readonly usage: OwnerUsageRepository,
    private readonly storage: StorageUsageRepository,
    private readonly env: Env,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Get the resource usage of each owner',
    description:
      'Returns images, bytes and compression time by owner, including deleted requests. A crash can lose up to 5 seconds of usage.',
  })
  @ApiOkResponse({ type: OwnerUsageListDto })
  @DescribeProblems(
    '/operator/usage',
    invalidParameter('days', INVALID_DAYS.message),
    ...ADMIN_PROBLEMS,
    DATABASE_UNAVAILABLE,
  )
  async ownerUsage(@Query() { limit, cursor, days }: UsageQueryDto): Promise<OwnerUsageListDto> {
    const [afterOwner] = cursor === undefined ? [] : decodeCursor(cursor, TEXT_PATTERN);
    const usages = await this.usage.sumByOwner(days, limit + 1, afterOwner);
    const { rows, next_cursor } = buildPage(usages, limit, ({ owner }) => [owner]);
    return { owners: rows.map((row) => OwnerUsageDto.from(row)), next_cursor };
  }

  @Get('storage')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Get the storage usage of each owner',
    description: `Returns the size of the compressed images for the ${MAX_OWNERS} owners that use the most storage. Each call reads all completed images.`,
  })
  @ApiOkResponse({ type: OwnerStorageListDto })
  @DescribeProblems('/operator/usage/storage', ...ADMIN_PROBLEMS, DATABASE_UNAVAILABLE)
  ownerStorage(): Promise<OwnerStorageListDto> {
    // Concurrent calls share one read, because it takes a long time.
    this.pendingStorage ??= this.readStorage().finally(() => (this.pendingStorage = undefined));
    return this.pendingStorage;
  }

  private async readStorage(): Promise<OwnerStorageListDto> {
    const [owners, usedBytes] = await Promise.all([
      this.storage.sumBytesByOwner(MAX_OWNERS),
      this.storage.sumBytes(),
    ]);
    return OwnerStorageListDto.from(owners, usedBytes, this.env.MAX_STORAGE_BYTES);
  }
}
