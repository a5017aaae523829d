import { Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { Owner } from '../../platform/http/caller.js';
import { IdPipe, RequestNotFoundError } from '../../platform/http/id.pipe.js';
import {
  DATABASE_UNAVAILABLE,
  DescribeProblems,
  MALFORMED_ID,
  REQUEST_NOT_FOUND,
} from '../../platform/http/describe-problems.js';
import { DeliveryLogRepository } from '../../platform/database/repositories/delivery-log.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { Signals } from '../../platform/queues/signals.js';
import { DeliveryDto, DeliveryListDto } from './deliveries.dto.js';
import {
  DeliveryIdPipe,
  DeliveryNotFoundError,
  DeliveryInProgressError,
} from './delivery-errors.js';
import { DeliveryTiming } from './delivery-timing.js';
import { ResendLimit } from './resend-limit.js';
import { WEBHOOK_ERRORS } from './error-table.js';

const MAX_DELIVERIES = 100;
const EXAMPLE_PATH = '/requests/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f/deliveries';

@ApiTags('Webhooks')
@ApiParam({ name: 'id', description: 'The request_id.', format: 'uuid' })
@Controller('requests/:id/deliveries')
export class DeliveriesController {
  constructor(
    private readonly deliveryLog: DeliveryLogRepository,
    private readonly requests: RequestsRepository,
    private readonly signals: Signals,
    private readonly timing: DeliveryTiming,
    private readonly resendLimit: ResendLimit,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'List the webhook deliveries of a request',
    description:
      'The deliveries of a request with all their attempts. Empty until the request has ended.',
  })
  @ApiOkResponse({ type: DeliveryListDto })
  @DescribeProblems(EXAMPLE_PATH, MALFORMED_ID, REQUEST_NOT_FOUND, DATABASE_UNAVAILABLE)
  async listDeliveries(@Param('id', IdPipe) requestId: string): Promise<DeliveryListDto> {
    if (!(await this.requests.findRequest(requestId))) throw new RequestNotFoundError();
    const deliveries = await this.deliveryLog.listByRequest(requestId, MAX_DELIVERIES);
    return {
      request_id: requestId,
      deliveries: deliveries.map((delivery) => DeliveryDto.from(delivery)),
    };
  }

  @Post(':delivery_id/resend')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Resend a delivery now',
    description:
      'Sends the same `webhook-id` and body with a new signature and restarts the retry schedule. Works in ' +
      'every status except `delivering`; a `pending` delivery is sent earlier. At most 10 times in 10 ' +
      'minutes per delivery, and 60 times per minute per API key.',
  })
  @ApiParam({ name: 'delivery_id', description: 'The delivery ID.', format: 'uuid' })
  @ApiAcceptedResponse({
    type: DeliveryDto,
    description: 'The delivery is queued. It is normally sent within a second.',
  })
  @DescribeProblems(
    `${EXAMPLE_PATH}/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e40/resend`,
    MALFORMED_ID,
    REQUEST_NOT_FOUND,
    WEBHOOK_ERRORS.delivery_not_found,
    WEBHOOK_ERRORS.delivery_under_way,
    WEBHOOK_ERRORS.resend_limited,
    DATABASE_UNAVAILABLE,
  )
  async resendDelivery(
    @Owner() owner: string,
    @Param('id', IdPipe) requestId: string,
    @Param('delivery_id', DeliveryIdPipe) deliveryId: string,
  ): Promise<DeliveryDto> {
    if (!(await this.requests.findRequest(requestId))) throw new RequestNotFoundError();
    if (!(await this.deliveryLog.findDelivery(requestId, deliveryId)))
      throw new DeliveryNotFoundError();
    await this.resendLimit.countResend(owner, deliveryId);
    if (!(await this.deliveryLog.restartDelivery(deliveryId)))
      throw new DeliveryInProgressError(this.timing.timeoutMs);

    const delivery = await this.deliveryLog.findDelivery(requestId, deliveryId);
    if (!delivery) throw new DeliveryNotFoundError();
    this.signals.deliveriesDue.next();
    return DeliveryDto.from(delivery);
  }
}
