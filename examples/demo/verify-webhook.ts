import { Webhook } from 'standardwebhooks';
import { DemoError } from './demo-error.js';
import type { ReceivedWebhook } from './shop.js';
import { styled } from './terminal.js';

interface Payload {
  type: string;
  status: string;
  output_csv: string;
}

/** Returns the content of the webhook after the official package has verified its signature. */
export function verifyWebhook(webhook: ReceivedWebhook | undefined, secret: string): string {
  if (!webhook) throw new DemoError('No webhook arrived');
  let payload: Payload;
  try {
    payload = new Webhook(secret).verify(webhook.body, webhook.headers) as Payload;
  } catch (error) {
    throw new DemoError(`The signature of the webhook is invalid: ${(error as Error).message}`);
  }
  const { type, status, output_csv: outputCsv } = payload;
  return `${styled('green', '✓')} ${type}, ${status}, signature valid\n    output_csv ${outputCsv}`;
}
