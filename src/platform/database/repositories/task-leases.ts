import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

const LEASE_SECONDS = 60;
const RENEWALS_PER_LEASE = 4;

export interface ExclusiveTask {
  name: string;
  /** Minimum time between the end of the last run and the next run. 0 runs the task immediately. */
  minAgeSeconds: number;
  /** Time after which another process takes over the task if this process disappears. Defaults to 60. */
  leaseSeconds?: number;
  /** Signal that aborts the task. */
  signal: AbortSignal;
  /** Runs the task. Its signal also aborts if the process loses the lease. */
  run: (signal: AbortSignal) => Promise<void>;
}

type Lease = Required<ExclusiveTask> & {
  /** Identifies this run. */
  holder: string;
};

/** Runs periodic tasks in one process at a time. */
@Injectable()
export class TaskLeasesRepository {
  private readonly log = new Logger('Tasks');

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Runs a task unless another process is running it or has just run it.
   * @returns whether the task ran
   * @throws errors of `run` and of the database
   */
  async runExclusive(task: ExclusiveTask): Promise<boolean> {
    const lease: Lease = { leaseSeconds: LEASE_SECONDS, ...task, holder: randomUUID() };
    if (!(await this.acquireLease(lease))) return false;
    const leaseLost = new AbortController();
    const renewalIntervalMs = (lease.leaseSeconds * 1000) / RENEWALS_PER_LEASE;
    const timer = setInterval(() => void this.renewLease(lease, leaseLost), renewalIntervalMs);
    let hasFinished = false;
    try {
      const signal = AbortSignal.any([task.signal, leaseLost.signal]);
      await task.run(signal);
      hasFinished = !signal.aborted;
      return true;
    } finally {
      clearInterval(timer);
      await this.releaseLease(lease, hasFinished);
    }
  }

  private async acquireLease({
    name,
    holder,
    leaseSeconds,
    minAgeSeconds,
  }: Lease): Promise<boolean> {
    // The INSERT creates the row for the first run of the task and is skipped if the row exists.
    const acquiredRows = await this.dataSource.query<unknown[]>(
      `WITH acquired AS (
         UPDATE task_leases SET holder = $2, held_until = now() + make_interval(secs => $3)
         WHERE name = $1 AND held_until <= now()
           AND coalesce(ended_at <= now() - make_interval(secs => $4), true)
         RETURNING name
       ), first AS (
         INSERT INTO task_leases (name, holder, held_until)
         SELECT $1, $2::uuid, now() + make_interval(secs => $3)
         WHERE NOT EXISTS (SELECT FROM task_leases WHERE name = $1)
         ON CONFLICT DO NOTHING RETURNING name
       ) SELECT name FROM acquired UNION ALL SELECT name FROM first`,
      [name, holder, leaseSeconds, minAgeSeconds],
    );
    return acquiredRows.length > 0;
  }

  private async renewLease(
    { name, holder, leaseSeconds }: Lease,
    leaseLost: AbortController,
  ): Promise<void> {
    try {
      const [, renewedCount] = await this.dataSource.query<[unknown[], number]>(
        `UPDATE task_leases SET held_until = now() + make_interval(secs => $3)
         WHERE name = $1 AND holder = $2`,
        [name, holder, leaseSeconds],
      );
      if (renewedCount === 0) leaseLost.abort();
    } catch (error) {
      this.log.warn({ message: `Could not renew the lease for task ${name}`, err: error });
    }
  }

  private async releaseLease({ name, holder }: Lease, hasFinished: boolean): Promise<void> {
    await this.dataSource.query(
      `UPDATE task_leases SET holder = NULL, held_until = now(),
         ended_at = CASE WHEN $3 THEN now() ELSE ended_at END
       WHERE name = $1 AND holder = $2`,
      [name, holder, hasFinished],
    );
  }
}
