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
import { ANY_TEXT, decodeCursor, pageOf } from './page.query.dto.js';
import {
  DAYS,
  OwnerStorageListDto,
  OwnerUsageDto,
  OwnerUsageListDto,
  UsageQueryDto,
} from './usage.dto.js';

/** Owners with the most bytes. */
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
    summary: 'Get the cost of each owner',
    description:
      'Images, bytes and compression time by owner, including those of deleted requests. A crash loses up to 5 seconds of these figures.',
  })
  @ApiOkResponse({ type: OwnerUsageListDto })
  @DescribeProblems(
    '/operator/usage',
    invalidParameter('days', DAYS.message),
    ...ADMIN_PROBLEMS,
    DATABASE_UNAVAILABLE,
  )
  async ownerUsage(@Query() { limit, cursor, days }: UsageQueryDto): Promise<OwnerUsageListDto> {
    const [after] = cursor === undefined ? [] : decodeCursor(cursor, ANY_TEXT);
    const found = await this.usage.sumByOwner(days, limit + 1, after);
    const { rows, next_cursor } = pageOf(found, limit, ({ owner }) => [owner]);
    return { owners: rows.map((row) => OwnerUsageDto.from(row)), next_cursor };
  }

  @Get('storage')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Get the storage that each owner uses',
    description: `Bytes of the compressed images by owner, for the ${MAX_OWNERS} owners with the most bytes. Each call reads all completed images.`,
  })
  @ApiOkResponse({ type: OwnerStorageListDto })
  @DescribeProblems('/operator/usage/storage', ...ADMIN_PROBLEMS, DATABASE_UNAVAILABLE)
  ownerStorage(): Promise<OwnerStorageListDto> {
    // Concurrent calls share one read, because it is long.
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
