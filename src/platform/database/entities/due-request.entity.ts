import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A request with images that can be dispatched, now or later. Derived from `images`: the statement
 * that sends an image back to wait writes this row too (due-requests.ts), and the dispatcher deletes
 * it when nothing waits any more. A row may be out of date; a missing row is restored.
 *
 * A table of its own, because a change of `due_at` on `processing_requests` would wait for the locks
 * of recorded outcomes and would touch every index of that table.
 */
@Entity('due_requests')
@Index('due_requests_in_turn', ['owner', 'dueAt', 'requestId'])
export class DueRequest {
  @PrimaryColumn('uuid', { name: 'request_id' })
  requestId!: string;

  /** Name of the API key that uploaded it; empty when there were no keys. */
  @Column('text', { default: '' })
  owner!: string;

  /** Earliest time at which an image can be dispatched. The earliest row of an owner is served first. */
  @Column('timestamptz', { name: 'due_at', default: () => 'now()' })
  dueAt!: Date;

  /** Counts the times that images were sent back. The dispatcher moves only the revision it has read. */
  @Column('int', { default: 0 })
  revision!: number;
}
