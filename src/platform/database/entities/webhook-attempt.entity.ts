import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { WebhookDelivery } from './webhook-delivery.entity.js';

/** One attempt of a delivery. Stores only the status of the receiver's response. */
@Entity('webhook_attempts')
@Index('webhook_attempts_of_delivery', ['deliveryId', 'id'])
export class WebhookAttempt {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'BY DEFAULT' })
  id!: string;

  @Column('uuid', { name: 'delivery_id' })
  deliveryId!: string;

  @ManyToOne(() => WebhookDelivery, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'delivery_id', foreignKeyConstraintName: 'webhook_attempts_delivery' })
  delivery!: Relation<WebhookDelivery>;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('int', { name: 'duration_ms' })
  durationMs!: number;

  /** HTTP status of the response; null without a response. */
  @Column('int', { name: 'status_code', nullable: true })
  statusCode!: number | null;

  /** Error code, e.g. `webhook_timed_out`; null if the attempt succeeded. */
  @Column('text', { name: 'error_code', nullable: true })
  errorCode!: string | null;

  @Column('text', { name: 'error_message', nullable: true })
  errorMessage!: string | null;
}
