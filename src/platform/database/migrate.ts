import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { type BlockingSession, findBlockingSessions } from './blocking-sessions.js';

/** Key of the advisory lock. Every app must use the same number. */
const MIGRATION_LOCK = 7_234_901;

/** While a migration waits for a table, all other statements on the table wait behind it. */
const LOCK_TIMEOUT_MS = 1000;
const LOOK_FOR_BLOCKERS_MS = LOCK_TIMEOUT_MS / 4;
/** Other statements proceed between two attempts. */
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 15_000;

/** SQLSTATE lock_not_available and deadlock_detected. */
const LOCKED = new Set(['55P03', '40P01']);

const log = new Logger('Migrations');

/** An attempt that got no lock. The next one follows after the pause. */
export interface BlockedMigration {
  attempt: number;
  pauseMs: number;
  blockedBy: BlockingSession[];
}

/**
 * Applies pending migrations in one transaction. Apps that start at the same time take turns. TypeORM has
 * no lock, and two apps that create the same table would both fail.
 *
 * An attempt that does not get its locks within a second is rolled back. It is repeated after a pause,
 * without limit. A slow reader delays the migration, but the migration delays no other session for long.
 */
export async function migrate(
  dataSource: DataSource,
  onBlocked: (blocked: BlockedMigration) => void = logBlocked,
): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await runner.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    for (let attempt = 1, pauseMs = FIRST_PAUSE_MS; ; attempt += 1) {
      const blockedBy = await attemptMigrations(dataSource, runner);
      if (!blockedBy) return;
      onBlocked({ attempt, pauseMs, blockedBy });
      await setTimeout(pauseMs);
      pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
    }
  } finally {
    try {
      await runner.query('RESET lock_timeout');
      await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    } finally {
      await runner.release();
    }
  }
}

/** Returns undefined after success, and the blocking sessions after a lock timeout. */
async function attemptMigrations(
  dataSource: DataSource,
  runner: QueryRunner,
): Promise<BlockingSession[] | undefined> {
  const blockers = await BlockerWatch.of(dataSource, runner);
  const executor = new MigrationExecutor(dataSource, runner);
  executor.transaction = 'all';
  try {
    await executor.executePendingMigrations();
    return undefined;
  } catch (error) {
    if (!LOCKED.has((error as { code?: string }).code ?? '')) throw error;
    return blockers.latest;
  } finally {
    blockers.stop();
  }
}

/** Records the blocking sessions. PostgreSQL no longer shows them after the lock timeout. */
class BlockerWatch {
  latest: BlockingSession[] = [];
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly dataSource: DataSource,
    private readonly pid: number,
  ) {
    this.timer = setInterval(() => void this.look(), LOOK_FOR_BLOCKERS_MS);
  }

  static async of(dataSource: DataSource, runner: QueryRunner): Promise<BlockerWatch> {
    const [{ pid }] = (await runner.query('SELECT pg_backend_pid() AS pid')) as { pid: number }[];
    return new BlockerWatch(dataSource, pid);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    try {
      const found = await findBlockingSessions(this.dataSource, this.pid);
      if (found.length > 0) this.latest = found;
    } catch (error) {
      log.debug({ message: 'Could not look up what the migration waits for', err: error });
    }
  }
}

function logBlocked({ attempt, pauseMs, blockedBy }: BlockedMigration): void {
  log.warn({
    message: `A migration waits for a lock. Trying again in ${pauseMs / 1000} s. If it takes too long, end the sessions in blocked_by with pg_terminate_backend(pid).`,
    attempt,
    blocked_by: blockedBy,
  });
}
