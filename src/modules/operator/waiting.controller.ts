import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Admin, ADMIN_PROBLEMS } from '../../platform/auth/admin.decorator.js';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  MALFORMED_ID,
  REQUEST_NOT_FOUND,
} from '../../platform/http/describe-problems.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { WaitingDto } from './waiting.dto.js';
import { WaitingService } from './waiting.service.js';

@Admin()
@ApiTags('Operator')
@Controller('operator/requests/:id/waiting')
export class WaitingController {
  constructor(private readonly waiting: WaitingService) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Explain why a request is waiting',
    description:
      'Describes pauses, slow or unresponsive hosts, problems with storage or Redis, other work, and undelivered webhooks. Reads at most 10,000 images of the request.',
  })
  @ApiParam({ name: 'id', format: 'uuid', description: '`request_id` of the upload' })
  @ApiOkResponse({ type: WaitingDto })
  @DescribeProblems(
    '/operator/requests/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f/waiting',
    MALFORMED_ID,
    ...ADMIN_PROBLEMS,
    REQUEST_NOT_FOUND,
    DATABASE_UNAVAILABLE,
  )
  async explainWaiting(@Param('id', IdPipe) id: string): Promise<WaitingDto> {
    const { facts, reasons } = await this.waiting.explainWaiting(id);
    const { owner, status, open_images } = facts.request;
    return { request_id: id, owner, status, open_images, reasons };
  }
}
