import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** Time after which another process takes the task of a vanished one. */
const LEASE_SECONDS = 60;
const RENEW_MS = (LEASE_SECONDS * 1000) / 4;

export interface ExclusiveTask {
  name: string;
  /** Seconds since the latest end before which the task does not run again. 0 runs it at once. */
  minAgeSeconds: number;
  /** Aborts the task. */
  signal: AbortSignal;
  /** Receives a signal that is also aborted when the process loses the lease. */
  run: (signal: AbortSignal) => Promise<void>;
}

/** Runs periodic tasks in one process at a time. */
@Injectable()
export class TaskLeasesRepository {
  private readonly log = new Logger('Tasks');

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Runs a task unless another process runs it or has just ended it.
   * @returns whether the task ran
   * @throws errors of `run` and of the database
   */
  async runExclusive({ name, minAgeSeconds, signal, run }: ExclusiveTask): Promise<boolean> {
    const holder = randomUUID();
    if (!(await this.acquire(name, holder, minAgeSeconds))) return false;
    const lost = new AbortController();
    const timer = setInterval(() => void this.renew(name, holder, lost), RENEW_MS);
    let hasEnded = false;
    try {
      const stop = AbortSignal.any([signal, lost.signal]);
      await run(stop);
      hasEnded = !stop.aborted;
      return true;
    } finally {
      clearInterval(timer);
      await this.release(name, holder, hasEnded);
    }
  }

  private async acquire(name: string, holder: string, minAgeSeconds: number): Promise<boolean> {
    const [rows] = await this.dataSource.query<[unknown[], number]>(
      `UPDATE task_leases SET holder = $2, held_until = now() + make_interval(secs => $3)
       WHERE name = $1 AND held_until <= now()
         AND coalesce(ended_at <= now() - make_interval(secs => $4), true)
       RETURNING name`,
      [name, holder, LEASE_SECONDS, minAgeSeconds],
    );
    if (rows.length > 0) return true;
    // The first run of an installation. A row that exists is held, or its task has just ended.
    const first = await this.dataSource.query<unknown[]>(
      `INSERT INTO task_leases (name, holder, held_until) VALUES ($1, $2, now() + make_interval(secs => $3))
       ON CONFLICT DO NOTHING RETURNING name`,
      [name, holder, LEASE_SECONDS],
    );
    return first.length > 0;
  }

  private async renew(name: string, holder: string, lost: AbortController): Promise<void> {
    try {
      const [, renewed] = await this.dataSource.query<[unknown[], number]>(
        `UPDATE task_leases SET held_until = now() + make_interval(secs => $3)
         WHERE name = $1 AND holder = $2`,
        [name, holder, LEASE_SECONDS],
      );
      if (renewed === 0) lost.abort();
    } catch (error) {
      this.log.warn({ message: `Could not renew the lease of the task ${name}`, err: error });
    }
  }

  private async release(name: string, holder: string, hasEnded: boolean): Promise<void> {
    await this.dataSource.query(
      `UPDATE task_leases SET holder = NULL, held_until = now(),
         ended_at = CASE WHEN $3 THEN now() ELSE ended_at END
       WHERE name = $1 AND holder = $2`,
      [name, holder, hasEnded],
    );
  }
}
