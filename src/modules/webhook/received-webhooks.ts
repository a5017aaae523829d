import { Injectable } from '@nestjs/common';
import type { ReceivedWebhookDto } from './receiver.dto.js';
import type { SignatureState } from './signature-check.js';

/** Receipts that are kept for one owner. */
const MAX_RECEIPTS = 100;
/** Their bodies and headers together, in bytes. */
const MAX_BYTES = 1024 * 1024;
/** Owners whose receipts are kept: those that got one last. */
const MAX_OWNERS = 100;
/** JSON that nests deeper is shown as text: writing it out again would need one stack frame a level. */
const MAX_JSON_DEPTH = 100;

/** One call that the built-in receiver got. */
export interface Receipt {
  receivedAt: Date;
  /** The `webhook-id` header. */
  webhookId: string | null;
  signature: SignatureState;
  headers: Record<string, string>;
  /** As it came. */
  body: string;
}

interface Kept extends Receipt {
  sequence: number;
  bytes: number;
}

/**
 * What the built-in receiver got, in the memory of this process. The number and the bytes of the
 * receipts are bounded for each owner, so that no owner removes the receipts of another.
 */
@Injectable()
export class ReceivedWebhooks {
  /** Newest first. The owner that got a receipt last comes last in the map. */
  private readonly byOwner = new Map<string, Kept[]>();
  private received = 0;

  /** @param owner of the request that the webhook tells of; empty when it is unknown */
  addReceipt(receipt: Receipt, owner: string): void {
    this.received += 1;
    const kept = [
      { ...receipt, sequence: this.received, bytes: bytesOf(receipt) },
      ...(this.byOwner.get(owner) ?? []),
    ].slice(0, MAX_RECEIPTS);
    let bytes = kept.reduce((sum, one) => sum + one.bytes, 0);
    while (kept.length > 1 && bytes > MAX_BYTES) bytes -= kept.pop()!.bytes;

    this.byOwner.delete(owner);
    this.byOwner.set(owner, kept);
    if (this.byOwner.size > MAX_OWNERS) this.byOwner.delete(this.byOwner.keys().next().value!);
  }

  /** @param owner whose receipts; undefined: those of all owners */
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
        body: asJson(body),
      }));
  }
}

const bytesOf = ({ body, headers }: Receipt): number =>
  Buffer.byteLength(body) + Buffer.byteLength(JSON.stringify(headers));

function asJson(text: string): unknown {
  if (nestsTooDeep(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Counts brackets in strings too: such a body is shown as text, which loses nothing. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    if (character === ']' || character === '}') depth -= 1;
    if (depth > MAX_JSON_DEPTH) return true;
  }
  return false;
}
