import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In } from 'typeorm';
import { WebhookAttempt } from '../entities/webhook-attempt.entity.js';
import { WebhookDelivery } from '../entities/webhook-delivery.entity.js';
import { deliveryStatusesBefore } from '../states.js';

export interface LoggedDelivery {
  delivery: WebhookDelivery;
  /** Attempts, oldest first. */
  attempts: WebhookAttempt[];
}

/** Reads deliveries with their attempts for users, and resends them. */
@Injectable()
export class DeliveryLogRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Returns the deliveries of a request, newest first. */
  async listByRequest(requestId: string, limit: number): Promise<LoggedDelivery[]> {
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

  async findDelivery(requestId: string, id: string): Promise<LoggedDelivery | undefined> {
    const delivery = await this.dataSource
      .getRepository(WebhookDelivery)
      .findOneBy({ requestId, id });
    if (!delivery) return undefined;
    const attempts = await this.dataSource
      .getRepository(WebhookAttempt)
      .find({ where: { deliveryId: id }, order: { id: 'ASC' } });
    return { delivery, attempts };
  }

  /** Returns the secret that signed a delivery, and the owner of its request. */
  async findSigningSecret(id: string): Promise<{ secret: string; owner: string } | undefined> {
    const [row] = await this.dataSource.query<{ secret: string; owner: string }[]>(
      `SELECT delivery.secret, request.owner
       FROM webhook_deliveries delivery JOIN processing_requests request ON request.id = request_id
       WHERE delivery.id = $1`,
      [id],
    );
    return row;
  }

  /**
   * Restarts a delivery with the same ID and body at the beginning of the schedule. A pending delivery is
   * sent immediately. Returns false while the delivery is being sent.
   */
  async restartDelivery(id: string): Promise<boolean> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      `UPDATE webhook_deliveries
       SET status = 'pending', attempts = 0, not_before = now(), delivered_at = NULL
       WHERE id = $1 AND (status = 'pending' OR status = ANY($2))`,
      [id, deliveryStatusesBefore('pending').filter((status) => status !== 'delivering')],
    );
    return count > 0;
  }
}
