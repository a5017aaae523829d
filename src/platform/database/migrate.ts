import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type DataSource, type Migration, MigrationExecutor, type QueryRunner } from 'typeorm';
import { type BlockingSession, findBlockingSessions } from './blocking-sessions.js';
import { createHistory, recordRequired } from './migration-history.js';
import { withMigrationLock } from './migration-lock.js';

/**
 * Maximum wait for a lock. While a migration waits for a table, all other statements on it queue
 * behind the migration.
 */
const LOCK_TIMEOUT_MS = 1000;
const BLOCKER_POLL_MS = LOCK_TIMEOUT_MS / 4;
/** Initial pause between two attempts, during which other statements proceed. */
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 15_000;

/** SQLSTATE lock_not_available and deadlock_detected. */
const LOCKED = new Set(['55P03', '40P01']);

const log = new Logger('Migrations');

/** An attempt that did not get its lock. The next one follows after the pause. */
export interface BlockedMigration {
  attempt: number;
  pauseMs: number;
  blockedBy: BlockingSession[];
}

/**
 * Applies pending migrations, each in its own transaction. Processes that start at the same time
 * take turns. TypeORM has no lock, so two processes that create the same table would fail.
 *
 * An attempt that does not get its locks within a second is rolled back. It is repeated after a
 * pause, without limit. A slow reader delays the migration, but the migration delays no other
 * session for long.
 *
 * A migration with `transaction = false` runs without a transaction and without this limit. It may
 * build an index concurrently, which waits for others and blocks none
 * (migrations/concurrent-index.ts).
 *
 * @param dataSource a pool of at least 3 connections
 * @returns the names of the applied migrations
 */
export function migrate(
  dataSource: DataSource,
  onBlocked: (blocked: BlockedMigration) => void = logBlocked,
): Promise<string[]> {
  return withMigrationLock(dataSource, async () => {
    const runner = dataSource.createQueryRunner();
    try {
      const query = (sql: string, parameters?: unknown[]) => runner.query(sql, parameters);
      await runInTransaction(runner, () => createHistory(query));
      const executor = new MigrationExecutor(dataSource, runner);
      const pending = await executor.getPendingMigrations();
      for (const migration of pending) {
        await applyMigration({ dataSource, runner, executor, migration, onBlocked });
      }
      await runInTransaction(runner, () => recordRequired(query));
      return pending.map(({ name }) => name);
    } finally {
      await runner.release();
    }
  });
}

interface Applying {
  dataSource: DataSource;
  runner: QueryRunner;
  executor: MigrationExecutor;
  migration: Migration;
  onBlocked: (blocked: BlockedMigration) => void;
}

async function applyMigration(applying: Applying): Promise<void> {
  for (let attempt = 1, pauseMs = FIRST_PAUSE_MS; ; attempt += 1) {
    const blockedBy = await attemptMigration(applying);
    if (!blockedBy) return;
    applying.onBlocked({ attempt, pauseMs, blockedBy });
    await setTimeout(pauseMs);
    pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
  }
}

/** Returns undefined after success, and the blocking sessions after a lock timeout. */
async function attemptMigration({
  dataSource,
  runner,
  executor,
  migration,
}: Applying): Promise<BlockingSession[] | undefined> {
  const blockers = await BlockerWatch.of(dataSource, runner);
  const run = () => executor.executeMigration(migration);
  try {
    await (migration.instance?.transaction === false ? run() : runInTransaction(runner, run));
    return undefined;
  } catch (error) {
    if (!LOCKED.has((error as { code?: string }).code ?? '')) throw error;
    return blockers.latest;
  } finally {
    blockers.stop();
  }
}

async function runInTransaction(runner: QueryRunner, work: () => Promise<unknown>): Promise<void> {
  await runner.startTransaction();
  try {
    await runner.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await work();
    await runner.commitTransaction();
  } catch (error) {
    // A lost connection has rolled back.
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
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
    this.timer = setInterval(() => void this.findBlockers(), BLOCKER_POLL_MS);
  }

  static async of(dataSource: DataSource, runner: QueryRunner): Promise<BlockerWatch> {
    const [{ pid }] = (await runner.query('SELECT pg_backend_pid() AS pid')) as { pid: number }[];
    return new BlockerWatch(dataSource, pid);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async findBlockers(): Promise<void> {
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
