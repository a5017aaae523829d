import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Admin, ADMIN_PROBLEMS } from '../../platform/auth/admin.decorator.js';
import { WaitingWorkRepository } from '../../platform/database/repositories/waiting-work.js';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  invalidParameter,
} from '../../platform/http/describe-problems.js';
import { OriginsService } from './origins.service.js';
import {
  TEXT_PATTERN,
  decodeCursor,
  INTEGER_PATTERN,
  buildPage,
  PageQueryDto,
  TIMESTAMP_PATTERN,
} from './page.query.dto.js';
import {
  OriginListDto,
  OwnerQueueDto,
  OwnerQueueListDto,
  StuckImageDto,
  StuckImageListDto,
} from './queues.dto.js';
import { StuckImagesQueryDto } from './stuck-images.query.dto.js';

const INVALID_LIMIT = invalidParameter('limit', 'limit must be a whole number from 1 to 200');
const PROBLEMS = [INVALID_LIMIT, ...ADMIN_PROBLEMS, DATABASE_UNAVAILABLE];

@Admin()
@ApiTags('Operator')
@Controller('operator')
export class QueuesController {
  constructor(
    private readonly waiting: WaitingWorkRepository,
    private readonly origins: OriginsService,
  ) {}

  @Get('owners')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'List the unfinished work of each owner',
    description:
      'Returns the numbers of waiting images and images in progress, and the age of the oldest request, for each owner.',
  })
  @ApiOkResponse({ type: OwnerQueueListDto })
  @DescribeProblems('/operator/owners', ...PROBLEMS)
  async listOwners(@Query() { limit, cursor }: PageQueryDto): Promise<OwnerQueueListDto> {
    const [oldest, owner] =
      cursor === undefined ? [] : decodeCursor(cursor, TIMESTAMP_PATTERN, TEXT_PATTERN);
    const after = oldest === undefined ? undefined : { oldest, owner };
    const queues = await this.waiting.listOwnerQueues(limit + 1, after);
    const { rows, next_cursor } = buildPage(queues, limit, (row) => [row.oldest_text, row.owner]);
    const now = new Date();
    return { owners: rows.map((row) => OwnerQueueDto.from(row, now)), next_cursor };
  }

  @Get('origins')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'List the hosts that images are waiting for',
    description:
      'Returns the rate limit, circuit breaker and pause of each host, across all running processes. Counts may be a few seconds old.',
  })
  @ApiOkResponse({ type: OriginListDto })
  @DescribeProblems('/operator/origins', ...PROBLEMS)
  async listOrigins(@Query() { limit, cursor }: PageQueryDto): Promise<OriginListDto> {
    const offset = cursor === undefined ? 0 : Number(decodeCursor(cursor, INTEGER_PATTERN)[0]);
    const { origins, isPartial } = await this.origins.listOrigins();
    const page = buildPage(origins.slice(offset), limit, () => [offset + limit]);
    return { origins: page.rows, is_partial: isPartial, next_cursor: page.next_cursor };
  }

  @Get('stuck-images')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'List stuck images',
    description:
      'Returns images that have been processing for longer than `seconds`. Also returns images of a terminated process that no other process has requeued within 20 seconds.',
  })
  @ApiOkResponse({ type: StuckImageListDto })
  @DescribeProblems('/operator/stuck-images', ...PROBLEMS)
  async listStuckImages(
    @Query() { limit, cursor, seconds }: StuckImagesQueryDto,
  ): Promise<StuckImageListDto> {
    const [since, imageId] =
      cursor === undefined ? [] : decodeCursor(cursor, TIMESTAMP_PATTERN, INTEGER_PATTERN);
    const after = since === undefined ? undefined : { since, imageId };
    const images = await this.waiting.listStuckImages(seconds, limit + 1, after);
    const { rows, next_cursor } = buildPage(images, limit, (row) => [row.since_text, row.image_id]);
    const now = new Date();
    return { images: rows.map((row) => StuckImageDto.from(row, now)), next_cursor };
  }
}
