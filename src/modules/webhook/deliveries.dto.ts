import { ApiProperty } from '@nestjs/swagger';
import type { WebhookAttempt } from '../../platform/database/entities/webhook-attempt.entity.js';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../../platform/database/states.js';
import type { LoggedDelivery } from '../../platform/database/repositories/delivery-log.js';

export class DeliveryErrorDto {
  @ApiProperty({
    description: 'Stable code; see docs/reference/errors.md.',
    example: 'http_500',
  })
  code!: string;

  @ApiProperty({
    description: 'The error and how to fix it.',
    example: 'The receiver returned 500. Return a status of 200 to 299 to accept the delivery.',
  })
  message!: string;
}

export class DeliveryAttemptDto {
  @ApiProperty({ example: '2026-01-31T10:00:00.000Z' })
  started_at!: string;

  @ApiProperty({
    description: 'Time until the response or the timeout, in milliseconds.',
    example: 42,
  })
  duration_ms!: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'HTTP status of the response; `null` without a response.',
    example: 500,
  })
  status_code!: number | null;

  @ApiProperty({ type: DeliveryErrorDto, nullable: true, description: '`null` on success.' })
  error!: DeliveryErrorDto | null;

  static from(attempt: WebhookAttempt): DeliveryAttemptDto {
    const { errorCode: code, errorMessage } = attempt;
    return {
      started_at: attempt.startedAt.toISOString(),
      duration_ms: attempt.durationMs,
      status_code: attempt.statusCode,
      error: code === null ? null : { code, message: errorMessage ?? '' },
    };
  }
}

export class DeliveryDto {
  @ApiProperty({
    description:
      'Sent as `webhook-id` in every attempt. Receivers use it to recognize repeated deliveries.',
    example: '0198c1d2-6f5e-4c0a-9d38-6f1f0f6f7d11',
  })
  id!: string;

  @ApiProperty({ example: 'request.completed', enum: ['request.completed', 'request.failed'] })
  event_type!: string;

  @ApiProperty({ example: 'https://shop.example/hooks/pressroom' })
  url!: string;

  @ApiProperty({
    description:
      '`pending`: waiting for the next attempt. `delivering`: being sent. `delivered`: the receiver returned 2xx. ' +
      '`failed`: no attempts left. `disabled`: the receiver returned 410.',
    enum: DELIVERY_STATUSES,
    example: 'delivered',
  })
  status!: DeliveryStatus;

  @ApiProperty({ example: '2026-01-31T10:00:00.000Z' })
  created_at!: string;

  @ApiProperty({ type: String, nullable: true, example: '2026-01-31T10:00:05.300Z' })
  delivered_at!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Only while `pending`.',
    example: null,
  })
  next_attempt_at!: string | null;

  @ApiProperty({
    description: 'The request body, identical in every attempt.',
    example:
      '{"type":"request.completed","timestamp":"2026-01-31T10:00:00.000Z","request_id":"0198c1d2-0000-7000-8000-000000000000","status":"completed","output_csv":"http://localhost:3000/download/0198c1d2-0000-7000-8000-000000000000","errors_csv":null,"data":{"products":2,"images":6,"completed":6,"failed":0,"cancelled":0,"bytes_in":900000,"bytes_out":310000}}',
  })
  payload!: string;

  @ApiProperty({ type: [DeliveryAttemptDto], description: 'All attempts so far, oldest first.' })
  attempts!: DeliveryAttemptDto[];

  static from({ delivery, attempts }: LoggedDelivery): DeliveryDto {
    return {
      id: delivery.id,
      event_type: delivery.eventType,
      url: delivery.url,
      status: delivery.status,
      created_at: delivery.createdAt.toISOString(),
      delivered_at: delivery.deliveredAt?.toISOString() ?? null,
      next_attempt_at: delivery.status === 'pending' ? delivery.notBefore.toISOString() : null,
      payload: delivery.payload,
      attempts: attempts.map((attempt) => DeliveryAttemptDto.from(attempt)),
    };
  }
}

export class DeliveryListDto {
  @ApiProperty({ example: '0198c1d2-0000-7000-8000-000000000000' })
  request_id!: string;

  @ApiProperty({ type: [DeliveryDto], description: 'Newest first, at most 100.' })
  deliveries!: DeliveryDto[];
}
