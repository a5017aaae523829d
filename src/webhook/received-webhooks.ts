import { Injectable } from '@nestjs/common';
import type { ReceivedWebhookDto } from './receiver.dto.js';

const KEPT = 100;

/** What the built-in receiver got, in this process's memory: it is for trying things out. */
@Injectable()
export class ReceivedWebhooks {
  private readonly received: { owner: string; webhook: ReceivedWebhookDto }[] = [];

  /** @param owner of the request that it tells of; empty when that is nobody's */
  add(webhook: ReceivedWebhookDto, owner: string): void {
    this.received.unshift({ owner, webhook });
    this.received.length = Math.min(this.received.length, KEPT);
  }

  /** @param owner whose; undefined: all */
  newestFirst(owner: string | undefined): readonly ReceivedWebhookDto[] {
    return this.received
      .filter((received) => owner === undefined || received.owner === owner)
      .map(({ webhook }) => webhook);
  }
}
