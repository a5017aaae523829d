import { Injectable } from '@nestjs/common';
import type { ReceivedWebhookDto } from './receiver.dto.js';
import type { SignatureState } from './signature-check.js';

/** Maximum number of webhooks per owner. */
const MAX_WEBHOOKS = 100;
/** Maximum total size of the bodies and headers of an owner's webhooks. */
const MAX_BYTES = 1024 * 1024;
/** Maximum number of owners. If there are more, the webhooks of the least recent owner are removed. */
const MAX_OWNERS = 100;
/** Maximum depth of JSON. Deeper JSON is shown as text, because serializing it needs one stack frame per level. */
const MAX_JSON_DEPTH = 100;

/** One call to the built-in receiver. */
export interface ReceivedWebhook {
  receivedAt: Date;
  /** The `webhook-id` header. */
  webhookId: string | null;
  signature: SignatureState;
  headers: Record<string, string>;
  /** Unparsed body. */
  body: string;
}

interface StoredWebhook extends ReceivedWebhook {
  sequence: number;
  bytes: number;
}

/**
 * Keeps the calls to the built-in receiver in memory. The number and size of the webhooks are
 * limited per owner, so owners do not displace each other's webhooks.
 */
@Injectable()
export class ReceivedWebhooks {
  /** Webhooks by owner, newest first. The owner with the newest webhook is last in the map. */
  private readonly webhooksByOwner = new Map<string, StoredWebhook[]>();
  private receivedCount = 0;

  /** @param owner owner of the webhook's request; empty if unknown */
  addWebhook(webhook: ReceivedWebhook, owner: string): void {
    this.receivedCount += 1;
    const webhooks = [
      { ...webhook, sequence: this.receivedCount, bytes: countBytes(webhook) },
      ...(this.webhooksByOwner.get(owner) ?? []),
    ].slice(0, MAX_WEBHOOKS);
    let bytes = webhooks.reduce((sum, { bytes }) => sum + bytes, 0);
    while (webhooks.length > 1 && bytes > MAX_BYTES) bytes -= webhooks.pop()!.bytes;

    this.webhooksByOwner.delete(owner);
    this.webhooksByOwner.set(owner, webhooks);
    if (this.webhooksByOwner.size > MAX_OWNERS)
      this.webhooksByOwner.delete(this.webhooksByOwner.keys().next().value!);
  }

  /** @param owner owner whose webhooks are listed; undefined for all owners */
  listWebhooks(owner: string | undefined): ReceivedWebhookDto[] {
    const webhooks =
      owner === undefined
        ? [...this.webhooksByOwner.values()].flat()
        : (this.webhooksByOwner.get(owner) ?? []);
    return webhooks
      .toSorted((a, b) => b.sequence - a.sequence)
      .slice(0, MAX_WEBHOOKS)
      .map(({ receivedAt, webhookId, signature, headers, body }) => ({
        received_at: receivedAt.toISOString(),
        webhook_id: webhookId,
        signature,
        headers,
        body: parseJson(body),
      }));
  }
}

const countBytes = ({ body, headers }: ReceivedWebhook): number =>
  Buffer.byteLength(body) + Buffer.byteLength(JSON.stringify(headers));

function parseJson(text: string): unknown {
  if (isNestedTooDeeply(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Also counts brackets inside strings. A body with many brackets in strings is shown as text without any loss. */
function isNestedTooDeeply(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    if (character === ']' || character === '}') depth -= 1;
    if (depth > MAX_JSON_DEPTH) return true;
  }
  return false;
}
