import { Body, Controller, Get, Header, Headers, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { isUUID } from 'class-validator';
import type { Request } from 'express';
import { getVisibleOwner } from '../../platform/http/caller.js';
import { DescribeProblems } from '../../platform/http/describe-problems.js';
import { HTTP_ERRORS } from '../../platform/http/error-table.js';
import { AUTH_ERRORS } from '../../platform/auth/error-table.js';
import { WEBHOOK_ERRORS } from './error-table.js';
import { Env } from '../../platform/config/env.js';
import { DeliveryLogRepository } from '../../platform/database/repositories/delivery-log.js';
import { SignatureInvalidError } from './delivery-errors.js';
import { ReceivedWebhooks } from './received-webhooks.js';
import { ReceivedWebhooksDto, WebhookReceiptDto } from './receiver.dto.js';
import { checkSignature } from './signature-check.js';

const SHOWN_HEADER_NAMES = /^(webhook-|content-type$|user-agent$)/;

/** Receives and lists webhooks for testing. */
@ApiTags('Webhooks')
@Controller('webhook')
export class ReceiverController {
  constructor(
    private readonly receivedWebhooks: ReceivedWebhooks,
    private readonly deliveries: DeliveryLogRepository,
    private readonly env: Env,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Receive a webhook for testing',
    description:
      'Use `http://<host>:<port>/webhook` of this server as the `webhook_url`. Allow a private address ' +
      'with `OUTBOUND_ALLOW`. The Standard Webhooks signature is checked if ' +
      'the secret is known: the secret of the delivery in `webhook-id`, otherwise `WEBHOOK_SECRET`. ' +
      'Any body of up to 64 KiB is accepted. `GET /webhook` shows whether the signature was valid. If ' +
      'API keys are set, only webhooks signed by this server are accepted, and each key sees only its own.',
  })
  @ApiHeader({ name: 'webhook-id', required: false })
  @ApiHeader({ name: 'webhook-timestamp', required: false })
  @ApiHeader({ name: 'webhook-signature', required: false })
  @ApiBody({
    schema: { type: 'object', example: { type: 'request.completed', status: 'completed' } },
  })
  @ApiOkResponse({ type: WebhookReceiptDto })
  @DescribeProblems(
    '/webhook',
    WEBHOOK_ERRORS.signature_invalid,
    HTTP_ERRORS.payload_too_large,
    AUTH_ERRORS.rate_limited,
  )
  async receiveWebhook(
    @Body() rawBody: unknown,
    @Headers() allHeaders: Record<string, string | undefined>,
  ): Promise<WebhookReceiptDto> {
    const body = Buffer.isBuffer(rawBody) ? rawBody.toString('utf8') : '';
    const headers = selectShownHeaders(allHeaders);
    const webhookId = headers['webhook-id'] ?? null;
    const signer =
      webhookId && isUUID(webhookId)
        ? await this.deliveries.findSigningSecret(webhookId)
        : undefined;
    const secret = signer?.secret ?? this.env.WEBHOOK_SECRET;
    const signature = checkSignature(body, headers, secret ? [secret] : []);
    if (this.env.API_KEYS && signature !== 'valid') throw new SignatureInvalidError();
    const webhook = { receivedAt: new Date(), webhookId, signature, headers, body };
    this.receivedWebhooks.addWebhook(webhook, signer?.owner ?? '');
    return { status: 'Webhook received' };
  }

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'List the calls to the built-in receiver',
    description:
      'Lists the last 100 calls, at most 1 MiB per API key. The process that received them keeps them in memory, ' +
      'so a restart loses them.',
  })
  @ApiOkResponse({ type: ReceivedWebhooksDto })
  listReceivedWebhooks(@Req() request: Request): ReceivedWebhooksDto {
    return { webhooks: this.receivedWebhooks.listWebhooks(getVisibleOwner(request)) };
  }
}

function selectShownHeaders(headers: Record<string, string | undefined>): Record<string, string> {
  const shownHeaders = Object.entries(headers).filter(([name]) => SHOWN_HEADER_NAMES.test(name));
  return Object.fromEntries(shownHeaders) as Record<string, string>;
}
