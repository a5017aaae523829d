import { Body, Controller, Delete, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Admin, ADMIN_PROBLEMS } from '../../platform/auth/admin.decorator.js';
import { PausesRepository } from '../../platform/database/repositories/pauses.js';
import { AdminName } from '../../platform/http/caller.js';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  invalidParameter,
} from '../../platform/http/describe-problems.js';
import { OPERATOR_ERRORS } from './error-table.js';
import { decodeCursor, INTEGER_PATTERN, buildPage, PageQueryDto } from './page.query.dto.js';
import {
  NewPauseDto,
  OperatorActionDto,
  OperatorActionListDto,
  PauseDto,
  PauseListDto,
  PauseTargetDto,
} from './pauses.dto.js';
import { PausesService } from './pauses.service.js';

const INVALID_KIND = invalidParameter('kind', 'kind must be one of origin, owner');

@Admin()
@ApiTags('Operator')
@Controller('operator')
export class PausesController {
  constructor(
    private readonly service: PausesService,
    private readonly pauses: PausesRepository,
  ) {}

  @Get('pauses')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'List paused origins and owners' })
  @ApiOkResponse({ type: PauseListDto })
  @DescribeProblems('/operator/pauses', ...ADMIN_PROBLEMS, DATABASE_UNAVAILABLE)
  async listPauses(@Query() { limit, cursor }: PageQueryDto): Promise<PauseListDto> {
    const offset = cursor === undefined ? 0 : Number(decodeCursor(cursor, INTEGER_PATTERN)[0]);
    const pauses = await this.pauses.listActivePauses(limit + 1, offset);
    const { rows, next_cursor } = buildPage(pauses, limit, () => [offset + limit]);
    return { pauses: rows.map((row) => PauseDto.from(row)), next_cursor };
  }

  @Post('pauses')
  @ApiOperation({
    summary: 'Pause an origin or an owner',
    description:
      'While an origin or owner is paused, no process starts its images, even after a restart. Images in progress are completed. Waiting requests show the reason. Pausing the same target again replaces the reason.',
  })
  @ApiBody({
    type: NewPauseDto,
    examples: {
      origin: {
        value: {
          kind: 'origin',
          name: 'shop.example.com',
          reason: 'The shop is moving its server until noon.',
        },
      },
      owner: { value: { kind: 'owner', name: 'shop' } },
    },
  })
  @ApiCreatedResponse({ type: PauseDto })
  @DescribeProblems('/operator/pauses', INVALID_KIND, ...ADMIN_PROBLEMS, DATABASE_UNAVAILABLE)
  async pause(@Body() pause: NewPauseDto, @AdminName() operator: string): Promise<PauseDto> {
    return PauseDto.from(await this.service.pauseTarget(pause, operator));
  }

  @Delete('pauses')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Resume an origin or an owner',
    description: 'Images of the origin or owner are dispatched within seconds.',
  })
  @ApiNoContentResponse({ description: 'The pause has ended.' })
  @DescribeProblems(
    '/operator/pauses',
    INVALID_KIND,
    OPERATOR_ERRORS.pause_not_found,
    ...ADMIN_PROBLEMS,
    DATABASE_UNAVAILABLE,
  )
  resume(@Query() target: PauseTargetDto, @AdminName() operator: string): Promise<void> {
    return this.service.resumeTarget(target, operator);
  }

  @Get('actions')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'List operator actions',
    description:
      'Lists when operators paused and resumed origins and owners. Entries are never changed or removed.',
  })
  @ApiOkResponse({ type: OperatorActionListDto })
  @DescribeProblems('/operator/actions', ...ADMIN_PROBLEMS, DATABASE_UNAVAILABLE)
  async listActions(@Query() { limit, cursor }: PageQueryDto): Promise<OperatorActionListDto> {
    const beforeId = cursor === undefined ? undefined : decodeCursor(cursor, INTEGER_PATTERN)[0];
    const actions = await this.pauses.listActions(limit + 1, beforeId);
    const { rows, next_cursor } = buildPage(actions, limit, ({ id }) => [id]);
    return { actions: rows.map((row) => OperatorActionDto.from(row)), next_cursor };
  }
}
