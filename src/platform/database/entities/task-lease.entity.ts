import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Lease for a periodic task that only one process runs at a time. A row is used instead of an advisory lock.
 * A session lock does not work behind PgBouncer, and a transaction lock would keep a transaction open.
 */
@Entity('task_leases')
export class TaskLease {
  @PrimaryColumn('text')
  name!: string;

  /** Random ID of the run that holds the lease; null if the lease is free. */
  @Column('uuid', { nullable: true })
  holder!: string | null;

  /** Time after which another process may acquire the lease. */
  @Column('timestamptz', { name: 'held_until' })
  heldUntil!: Date;

  /** Time at which the task last finished; null if it never has. */
  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
