import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Admin, ADMIN_PROBLEMS } from '../../platform/auth/admin.decorator.js';
import { OwnerUsageRepository } from '../../platform/database/repositories/owner-usage.js';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  invalidParameter,
} from '../../platform/http/describe-problems.js';
import { ANY_TEXT, decodeCursor, pageOf } from './page.query.dto.js';
import { DAYS, OwnerUsageDto, OwnerUsageListDto, UsageQueryDto } from './usage.dto.js';

@Admin()
@ApiTags('Operator')
@Controller('operator/usage')
export class UsageController {
  constructor(private readonly usage: OwnerUsageRepository) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Get what each owner has cost',
    description:
      'Images, bytes and compression time by owner, also of requests that were deleted. A process that crashes loses up to 5 seconds of it.',
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
}
