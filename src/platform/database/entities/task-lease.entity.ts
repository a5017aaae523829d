import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A periodic task that one process runs at a time. It is a row and not an advisory lock. A lock of a session
 * does not work behind PgBouncer. A lock of a transaction would keep it open for the whole task.
 */
@Entity('task_leases')
export class TaskLease {
  @PrimaryColumn('text')
  name!: string;

  /** Random id of the run that holds the lease; null when none does. */
  @Column('uuid', { nullable: true })
  holder!: string | null;

  /** Time at which another process may take the lease. */
  @Column('timestamptz', { name: 'held_until' })
  heldUntil!: Date;

  /** Latest end of the task; null before the first. */
  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
