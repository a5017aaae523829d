import { Injectable } from '@nestjs/common';
import type { ReceivedWebhookDto } from './receiver.dto.js';
import type { SignatureState } from './signature-check.js';

/** Maximum number of receipts kept for one owner. */
const MAX_RECEIPTS = 100;
/** Maximum size of their bodies and headers, in bytes. */
const MAX_BYTES = 1024 * 1024;
/** Maximum number of owners. Beyond it, the receipts of the least recent owner are dropped. */
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
 * Keeps the calls to the built-in receiver in memory. Number and size of the receipts are bounded
 * for each owner, so owners do not displace each other's receipts.
 */
@Injectable()
export class ReceivedWebhooks {
  /** Receipts by owner, newest first. The owner with the newest receipt is last in the map. */
  private readonly byOwner = new Map<string, StoredReceipt[]>();
  private received = 0;

  /** @param owner owner of the webhook's request; empty when unknown */
  addReceipt(receipt: Receipt, owner: string): void {
    this.received += 1;
    const kept = [
      { ...receipt, sequence: this.received, bytes: countBytes(receipt) },
      ...(this.byOwner.get(owner) ?? []),
    ].slice(0, MAX_RECEIPTS);
    let bytes = kept.reduce((sum, one) => sum + one.bytes, 0);
    while (kept.length > 1 && bytes > MAX_BYTES) bytes -= kept.pop()!.bytes;

    this.byOwner.delete(owner);
    this.byOwner.set(owner, kept);
    if (this.byOwner.size > MAX_OWNERS) this.byOwner.delete(this.byOwner.keys().next().value!);
  }

  /** @param owner limits the list to the receipts of one owner; undefined for all */
  listReceipts(owner: string | undefined): ReceivedWebhookDto[] {
    const kept =
      owner === undefined ? [...this.byOwner.values()].flat() : (this.byOwner.get(owner) ?? []);
    return kept
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
  if (nestsTooDeep(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Also counts brackets inside strings. Such a body is shown as text without loss. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    if (character === ']' || character === '}') depth -= 1;
    if (depth > MAX_JSON_DEPTH) return true;
  }
  return false;
}
