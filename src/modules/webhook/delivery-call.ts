import { Webhook } from 'standardwebhooks';
import { AppError } from '../../platform/errors/app-error.js';
import type { ClaimedDelivery } from '../../platform/database/repositories/deliveries.js';

export interface DeliveryCall {
  url: string;
  body: string;
  headers: Record<string, string>;
}

/** A secret that nothing can be signed with; an upload refuses it, so this is a row that was tampered with. */
class SecretUnusableError extends AppError {
  constructor(cause: unknown) {
    super({
      code: 'webhook_secret_unusable',
      message:
        'The secret is not whsec_ followed by base64. Upload again with another webhook_secret.',
      cause,
    });
  }
}

/**
 * Standard Webhooks 1.0: `webhook-id` and the body are the same on every try, the time and with it
 * the signature are those of the try.
 */
export function prepareCall(
  { id, url, secret, payload }: Pick<ClaimedDelivery, 'id' | 'url' | 'secret' | 'payload'>,
  now: Date,
): DeliveryCall {
  return {
    url,
    body: payload,
    headers: {
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': sign(secret, id, now, payload),
    },
  };
}

function sign(secret: string, id: string, now: Date, payload: string): string {
  try {
    return new Webhook(secret).sign(id, now, payload);
  } catch (error) {
    throw new SecretUnusableError(error);
  }
}
