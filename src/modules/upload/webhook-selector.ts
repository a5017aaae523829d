import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import { Env } from '../../platform/config/env.js';
import { UrlCheck } from '../../platform/http-client/address/public-url.js';
import { WebhookUrlDeniedError } from './upload-errors.js';
import type { UploadOptions } from './upload-options.dto.js';

/** Size of a generated secret. Standard Webhooks 1.0 requires 24 to 64 bytes. */
const SECRET_BYTES = 32;

export interface SelectedWebhook {
  url: string | null;
  secret: string | null;
  /** True if the secret was generated for this request. Only the response to the upload shows it. */
  isNewSecret: boolean;
}

/** Selects the webhook of a request: its URL and the secret that signs its deliveries. */
@Injectable()
export class WebhookSelector {
  constructor(
    private readonly env: Env,
    private readonly urlCheck: UrlCheck,
  ) {}

  /** @throws WebhookUrlDeniedError if the client's URL is invalid or denied */
  async selectWebhook({ webhook_url, webhook_secret }: UploadOptions): Promise<SelectedWebhook> {
    if (webhook_url !== undefined) await this.assertAllowedUrl(webhook_url);
    const url = webhook_url ?? this.env.WEBHOOK_URL ?? null;
    if (url === null) return { url, secret: null, isNewSecret: false };
    const configuredSecret = webhook_secret ?? this.env.WEBHOOK_SECRET;
    if (configuredSecret !== undefined)
      return { url, secret: configuredSecret, isNewSecret: false };
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
    return { url, secret, isNewSecret: true };
  }

  private async assertAllowedUrl(url: string): Promise<void> {
    try {
      await this.urlCheck.assertPublicUrl(url);
    } catch (error) {
      throw error instanceof AppError ? new WebhookUrlDeniedError(error) : error;
    }
  }
}
