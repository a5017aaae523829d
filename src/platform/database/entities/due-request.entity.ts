import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A request with images that can be dispatched now or later. Derived from `images`: a statement
 * that makes an image pending also writes this row (due-requests.ts). The dispatcher deletes the row
 * when no image is pending. Rows may be outdated. Missing rows are restored.
 *
 * The table is separate, because an update of `due_at` in `processing_requests` would wait for the
 * locks of statements that record outcomes. It would also update every index of that table.
 */
@Entity('due_requests')
@Index('due_requests_in_turn', ['owner', 'dueAt', 'requestId'])
export class DueRequest {
  @PrimaryColumn('uuid', { name: 'request_id' })
  requestId!: string;

  /** Name of the API key that uploaded the request; empty without keys. */
  @Column('text', { default: '' })
  owner!: string;

  /** Earliest time at which an image can be dispatched. The row with the earliest time is served first. */
  @Column('timestamptz', { name: 'due_at', default: () => 'now()' })
  dueAt!: Date;

  /**
   * Incremented whenever images become pending again. The dispatcher updates a row only if its revision is
   * the one that it has read.
   */
  @Column('int', { default: 0 })
  revision!: number;
}
