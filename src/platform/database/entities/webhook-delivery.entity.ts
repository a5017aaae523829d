import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../states.js';

/** One event to one URL: the outbox. Inserted by the statement that completes a request. */
@Entity('webhook_deliveries')
@Index('webhook_deliveries_of_request', ['requestId', 'createdAt'])
@Index('webhook_deliveries_due', ['notBefore'], {
  where: `status IN ('pending', 'delivering')`,
})
export class WebhookDelivery {
  /** Sent as `webhook-id`, the same on every attempt. */
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

  /** The body, byte for byte the same on every attempt. */
  @Column('text')
  payload!: string;

  @Column('enum', { enum: DELIVERY_STATUSES, enumName: 'delivery_status', default: 'pending' })
  status!: DeliveryStatus;

  /** Number of attempts since it was created or resent. Selects the next delay of the schedule. */
  @Column('smallint', { default: 0 })
  attempts!: number;

  /** Part of the Bull job id. */
  @Column('int', { default: 0 })
  dispatches!: number;

  /** Pending: earliest next attempt. Delivering: expiry of the lease of the worker. */
  @Column('timestamptz', { name: 'not_before', default: () => 'now()' })
  notBefore!: Date;

  @Column('uuid', { nullable: true })
  lease!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'delivered_at', nullable: true })
  deliveredAt!: Date | null;
}
