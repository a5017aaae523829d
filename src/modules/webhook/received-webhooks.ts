import { Injectable } from '@nestjs/common';
import type { ReceivedWebhookDto } from './receiver.dto.js';
import type { SignatureState } from './signature-check.js';

/** Maximum number of receipts per owner. */
const MAX_RECEIPTS = 100;
/** Maximum size of the bodies and headers of an owner's receipts. */
const MAX_BYTES = 1024 * 1024;
/** Maximum number of owners. If there are more, the receipts of the least recent owner are removed. */
const MAX_OWNERS = 100;
/** Deeper JSON is shown as text, because writing it needs one stack frame per level. */
const MAX_JSON_DEPTH = 100;

/** One call to the built-in receiver. */
export interface Receipt {
  receivedAt: Date;
  /** The `webhook-id` header. */
  webhookId: string | null;
  signature: SignatureState;
  headers: Record<string, string>;
  /** Body as received. */
  body: string;
}

interface StoredReceipt extends Receipt {
  sequence: number;
  bytes: number;
}

/**
 * Keeps the calls to the built-in receiver in memory. The number and size of the receipts are
 * limited per owner, so owners do not displace each other's receipts.
 */
@Injectable()
export class ReceivedWebhooks {
  /** Receipts by owner, newest first. The owner with the newest receipt is last in the map. */
  private readonly byOwner = new Map<string, StoredReceipt[]>();
  private receiptCount = 0;

  /** @param owner owner of the webhook's request; empty if unknown */
  addReceipt(receipt: Receipt, owner: string): void {
    this.receiptCount += 1;
    const receipts = [
      { ...receipt, sequence: this.receiptCount, bytes: countBytes(receipt) },
      ...(this.byOwner.get(owner) ?? []),
    ].slice(0, MAX_RECEIPTS);
    let bytes = receipts.reduce((sum, { bytes }) => sum + bytes, 0);
    while (receipts.length > 1 && bytes > MAX_BYTES) bytes -= receipts.pop()!.bytes;

    this.byOwner.delete(owner);
    this.byOwner.set(owner, receipts);
    if (this.byOwner.size > MAX_OWNERS) this.byOwner.delete(this.byOwner.keys().next().value!);
  }

  /** @param owner limits the list to the receipts of one owner; undefined for all */
  listReceipts(owner: string | undefined): ReceivedWebhookDto[] {
    const receipts =
      owner === undefined ? [...this.byOwner.values()].flat() : (this.byOwner.get(owner) ?? []);
    return receipts
      .toSorted((a, b) => b.sequence - a.sequence)
      .slice(0, MAX_RECEIPTS)
      .map(({ receivedAt, webhookId, signature, headers, body }) => ({
        received_at: receivedAt.toISOString(),
        webhook_id: webhookId,
        signature,
        headers,
        body: parseJson(body),
      }));
  }
}

const countBytes = ({ body, headers }: Receipt): number =>
  Buffer.byteLength(body) + Buffer.byteLength(JSON.stringify(headers));

function parseJson(text: string): unknown {
  if (isNestedTooDeeply(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Also counts brackets inside strings. A body with many of them is shown as text, which loses nothing. */
function isNestedTooDeeply(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    if (character === ']' || character === '}') depth -= 1;
    if (depth > MAX_JSON_DEPTH) return true;
  }
  return false;
}
