import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../states.js';

/** One event for one URL. The statement that completes a request inserts it into this outbox. */
@Entity('webhook_deliveries')
@Index('webhook_deliveries_of_request', ['requestId', 'createdAt'])
@Index('webhook_deliveries_due', ['notBefore'], {
  where: `status IN ('pending', 'delivering')`,
})
export class WebhookDelivery {
  /** Sent as `webhook-id`. All attempts send the same ID. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'request_id' })
  requestId!: string;

  /** `request.completed`, `request.failed` or `request.cancelled`. */
  @Column('text', { name: 'event_type' })
  eventType!: string;

  @Column('text')
  url!: string;

  @Column('text')
  secret!: string;

  /** Request body. All attempts send the same bytes. */
  @Column('text')
  payload!: string;

  @Column('enum', { enum: DELIVERY_STATUSES, enumName: 'delivery_status', default: 'pending' })
  status!: DeliveryStatus;

  /** Number of attempts since the delivery was created or resent. Selects the next delay of the schedule. */
  @Column('smallint', { default: 0 })
  attempts!: number;

  /** Part of the Bull job ID. */
  @Column('int', { default: 0 })
  dispatches!: number;

  /** Pending: earliest time of the next attempt. Delivering: expiry of the worker's lease. */
  @Column('timestamptz', { name: 'not_before', default: () => 'now()' })
  notBefore!: Date;

  @Column('uuid', { nullable: true })
  lease!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'delivered_at', nullable: true })
  deliveredAt!: Date | null;
}
