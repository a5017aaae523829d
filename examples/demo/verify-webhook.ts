import { Webhook } from 'standardwebhooks';
import { DemoError } from './demo-error.js';
import type { ReceivedWebhook } from './shop.js';
import { applyStyle } from './terminal.js';

interface Payload {
  type: string;
  status: string;
  output_csv: string;
}

/** Verifies the signature of a webhook with the official package. Returns a description of the webhook. */
export function verifyWebhook(webhook: ReceivedWebhook | undefined, secret: string): string {
  if (!webhook) throw new DemoError('No webhook arrived.');
  let payload: Payload;
  try {
    payload = new Webhook(secret).verify(webhook.body, webhook.headers) as Payload;
  } catch (error) {
    throw new DemoError(`The webhook signature is invalid: ${(error as Error).message}`);
  }
  const { type, status, output_csv: outputCsv } = payload;
  return `${applyStyle('green', '✓')} ${type}, ${status}, signature valid\n    output_csv ${outputCsv}`;
}
