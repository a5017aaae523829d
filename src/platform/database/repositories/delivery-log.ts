import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In } from 'typeorm';
import { WebhookAttempt } from '../entities/webhook-attempt.entity.js';
import { WebhookDelivery } from '../entities/webhook-delivery.entity.js';
import { deliveryStatusesBefore } from '../states.js';

export interface LoggedDelivery {
  delivery: WebhookDelivery;
  /** Oldest first. */
  attempts: WebhookAttempt[];
}

/** The outbox as a person sees it. */
@Injectable()
export class DeliveryLogRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Newest first. */
  async ofRequest(requestId: string, limit: number): Promise<LoggedDelivery[]> {
    const deliveries = await this.dataSource.getRepository(WebhookDelivery).find({
      where: { requestId },
      order: { createdAt: 'DESC', id: 'DESC' },
      take: limit,
    });
    const attempts = await this.dataSource.getRepository(WebhookAttempt).find({
      where: { deliveryId: In(deliveries.map(({ id }) => id)) },
      order: { id: 'ASC' },
    });
    return deliveries.map((delivery) => ({
      delivery,
      attempts: attempts.filter(({ deliveryId }) => deliveryId === delivery.id),
    }));
  }

  async find(requestId: string, id: string): Promise<LoggedDelivery | undefined> {
    const delivery = await this.dataSource
      .getRepository(WebhookDelivery)
      .findOneBy({ requestId, id });
    if (!delivery) return undefined;
    const attempts = await this.dataSource
      .getRepository(WebhookAttempt)
      .find({ where: { deliveryId: id }, order: { id: 'ASC' } });
    return { delivery, attempts };
  }

  /** The secret that a delivery of ours was signed with, and to whom its request belongs. */
  async signerOf(id: string): Promise<{ secret: string; owner: string } | undefined> {
    const [row] = await this.dataSource.query<{ secret: string; owner: string }[]>(
      `SELECT delivery.secret, request.owner
       FROM webhook_deliveries delivery JOIN processing_requests request ON request.id = request_id
       WHERE delivery.id = $1`,
      [id],
    );
    return row;
  }

  /**
   * Starts the same delivery over: same id, same body, the schedule from its beginning. One that still
   * waits goes out now. False when it is being sent this very moment.
   */
  async restart(id: string): Promise<boolean> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      `UPDATE webhook_deliveries
       SET status = 'pending', attempts = 0, not_before = now(), delivered_at = NULL
       WHERE id = $1 AND (status = 'pending' OR status = ANY($2))`,
      [id, deliveryStatusesBefore('pending').filter((status) => status !== 'delivering')],
    );
    return count > 0;
  }
}
