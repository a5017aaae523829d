import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Admin, ADMIN_PROBLEMS } from '../../platform/auth/admin.decorator.js';
import { WorkersRepository } from '../../platform/database/repositories/workers.js';
import { DATABASE_UNAVAILABLE, DescribeProblems } from '../../platform/http/describe-problems.js';
import { decodeCursor, INTEGER_PATTERN, buildPage, PageQueryDto } from './page.query.dto.js';
import { WorkerDto, WorkerListDto } from './workers.dto.js';

@Admin()
@ApiTags('Operator')
@Controller('operator/workers')
export class WorkersController {
  constructor(private readonly workers: WorkersRepository) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'List the running processes',
    description: 'Returns the processes that sent a heartbeat in the last 20 seconds.',
  })
  @ApiOkResponse({ type: WorkerListDto })
  @DescribeProblems('/operator/workers', ...ADMIN_PROBLEMS, DATABASE_UNAVAILABLE)
  async listWorkers(@Query() { limit, cursor }: PageQueryDto): Promise<WorkerListDto> {
    const offset = cursor === undefined ? 0 : Number(decodeCursor(cursor, INTEGER_PATTERN)[0]);
    const workers = await this.workers.listRunningWorkers(limit + 1, offset);
    const { rows, next_cursor } = buildPage(workers, limit, () => [offset + limit]);
    return { workers: rows.map((row) => WorkerDto.from(row)), next_cursor };
  }
}
