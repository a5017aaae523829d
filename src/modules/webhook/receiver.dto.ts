import { ApiProperty } from '@nestjs/swagger';
import type { SignatureState } from './signature-check.js';

export class WebhookReceiptDto {
  @ApiProperty({ example: 'Webhook received' })
  status!: string;
}

export class ReceivedWebhookDto {
  @ApiProperty({ example: '2026-01-31T10:00:00.000Z' })
  received_at!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The `webhook-id` header.',
    example: '0198c1d2-6f5e-4c0a-9d38-6f1f0f6f7d11',
  })
  webhook_id!: string | null;

  @ApiProperty({
    enum: ['valid', 'invalid', 'unknown'],
    description: '`unknown` if the webhook is not signed or its secret is unknown.',
    example: 'valid',
  })
  signature!: SignatureState;

  @ApiProperty({
    description: 'The `webhook-*`, `content-type` and `user-agent` headers.',
    example: { 'content-type': 'application/json', 'webhook-timestamp': '1769853600' },
    additionalProperties: { type: 'string' },
    type: 'object',
  })
  headers!: Record<string, string>;

  @ApiProperty({
    description: 'Body as JSON. Text if the body is not JSON or has more than 100 levels.',
    example: { type: 'request.completed', status: 'completed' },
    type: 'object',
    additionalProperties: true,
  })
  body: unknown;
}

export class ReceivedWebhooksDto {
  @ApiProperty({
    type: [ReceivedWebhookDto],
    description: 'The last 100 calls, newest first. Fewer if they exceed 1 MiB.',
  })
  webhooks!: readonly ReceivedWebhookDto[];
}
