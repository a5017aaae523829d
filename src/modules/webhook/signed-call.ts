import { Webhook } from 'standardwebhooks';
import { AppError } from '../../platform/errors/app-error.js';
import type { ClaimedDelivery } from '../../platform/database/repositories/deliveries.js';
import { WEBHOOK_ERRORS } from './error-table.js';

export interface SignedCall {
  url: string;
  body: string;
  headers: Record<string, string>;
}

/** The secret is invalid. Uploads reject such secrets, so the row was changed later. */
class SecretUnusableError extends AppError {
  constructor(cause: unknown) {
    super(WEBHOOK_ERRORS.webhook_secret_unusable, { cause });
  }
}

/**
 * Prepares a call according to Standard Webhooks 1.0. All attempts have the same `webhook-id` and body. Each attempt
 * has a new timestamp and signature.
 */
export function prepareCall(
  { id, url, secret, payload }: Pick<ClaimedDelivery, 'id' | 'url' | 'secret' | 'payload'>,
  now: Date,
): SignedCall {
  return {
    url,
    body: payload,
    headers: {
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': signPayload(secret, id, now, payload),
    },
  };
}

function signPayload(secret: string, id: string, now: Date, payload: string): string {
  try {
    return new Webhook(secret).sign(id, now, payload);
  } catch (error) {
    throw new SecretUnusableError(error);
  }
}
