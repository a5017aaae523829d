import { Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  ApiTooManyRequestsResponse,
} from '@nestjs/swagger';
import { Owner } from '../../platform/http/caller.js';
import { IdPipe, RequestNotFoundError } from '../../platform/http/id.pipe.js';
import { ProblemDto } from '../../platform/http/problem.dto.js';
import { DeliveryLogRepository } from '../../platform/database/repositories/delivery-log.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { Signals } from '../../platform/queues/signals.js';
import { DeliveryDto, DeliveryListDto } from './deliveries.dto.js';
import { DeliveryIdPipe, DeliveryNotFoundError, DeliveryUnderWayError } from './delivery-errors.js';
import { DeliveryTiming } from './delivery-timing.js';
import { ResendLimit } from './resend-limit.js';

const MAX_DELIVERIES = 100;

@ApiTags('Webhooks')
@ApiParam({ name: 'id', description: 'The request_id.', format: 'uuid' })
@ApiBadRequestResponse({ type: ProblemDto, description: 'The id is malformed.' })
@Controller('requests/:id/deliveries')
export class DeliveriesController {
  constructor(
    private readonly log: DeliveryLogRepository,
    private readonly requests: RequestsRepository,
    private readonly signals: Signals,
    private readonly timing: DeliveryTiming,
    private readonly resends: ResendLimit,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'List the webhook deliveries of a request',
    description:
      'The deliveries of a request, each with all its attempts. Empty until the request has ended.',
  })
  @ApiOkResponse({ type: DeliveryListDto })
  @ApiNotFoundResponse({ type: ProblemDto, description: 'No such request.' })
  async listDeliveries(@Param('id', IdPipe) requestId: string): Promise<DeliveryListDto> {
    if (!(await this.requests.find(requestId))) throw new RequestNotFoundError();
    const logged = await this.log.ofRequest(requestId, MAX_DELIVERIES);
    return { request_id: requestId, deliveries: logged.map((one) => DeliveryDto.from(one)) };
  }

  @Post(':delivery_id/resend')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Resend a delivery now',
    description:
      'Sends the same `webhook-id` and body with a new signature and restarts the retry schedule. Works in ' +
      'every status except `delivering`; a `pending` delivery is sent earlier. At most 10 times in 10 ' +
      'minutes per delivery, and 60 times a minute per API key.',
  })
  @ApiParam({ name: 'delivery_id', description: 'The id of the delivery.', format: 'uuid' })
  @ApiAcceptedResponse({ type: DeliveryDto, description: 'The delivery is sent within a second.' })
  @ApiNotFoundResponse({ type: ProblemDto, description: 'No such request or delivery.' })
  @ApiConflictResponse({ type: ProblemDto, description: 'The delivery is being sent now.' })
  @ApiTooManyRequestsResponse({
    type: ProblemDto,
    description: 'Too many resends (`resend_limited`). Wait for the time in `Retry-After`.',
  })
  async resendDelivery(
    @Owner() owner: string,
    @Param('id', IdPipe) requestId: string,
    @Param('delivery_id', DeliveryIdPipe) deliveryId: string,
  ): Promise<DeliveryDto> {
    if (!(await this.requests.find(requestId))) throw new RequestNotFoundError();
    if (!(await this.log.find(requestId, deliveryId))) throw new DeliveryNotFoundError();
    await this.resends.countResend(owner, deliveryId);
    if (!(await this.log.restart(deliveryId)))
      throw new DeliveryUnderWayError(this.timing.timeoutMs);

    const restarted = await this.log.find(requestId, deliveryId);
    if (!restarted) throw new DeliveryNotFoundError();
    this.signals.deliveriesDue.next();
    return DeliveryDto.from(restarted);
  }
}
