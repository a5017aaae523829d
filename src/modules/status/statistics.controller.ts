import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { VisibleOwner } from '../../platform/http/caller.js';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  MALFORMED_ID,
  REQUEST_NOT_FOUND,
} from '../../platform/http/describe-problems.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { RequestStatisticsDto, TotalsDto } from './statistics.dto.js';
import { StatisticsService } from './statistics.service.js';

@ApiTags('Status')
@Controller()
export class StatisticsController {
  constructor(private readonly statistics: StatisticsService) {}

  @Get('requests/:id/statistics')
  @Header('Cache-Control', 'no-cache')
  @ApiOperation({
    summary: 'Get throughput over time, savings and failure causes',
    description:
      'Covers all images of the request. A response is cached for one second or ten times the duration of its query, whichever is longer.',
  })
  @ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' })
  @ApiOkResponse({ type: RequestStatisticsDto })
  @DescribeProblems(
    '/requests/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f/statistics',
    MALFORMED_ID,
    REQUEST_NOT_FOUND,
    DATABASE_UNAVAILABLE,
  )
  requestStatistics(@Param('id', IdPipe) id: string): Promise<RequestStatisticsDto> {
    return this.statistics.computeForRequest(id);
  }

  @Get('statistics')
  @Header('Cache-Control', 'no-cache')
  @ApiOperation({ summary: 'Get the totals of all requests by day' })
  @ApiOkResponse({ type: TotalsDto })
  @DescribeProblems('/statistics', DATABASE_UNAVAILABLE)
  totals(@VisibleOwner() owner: string | undefined): Promise<TotalsDto> {
    return this.statistics.computeTotals(owner);
  }
}
