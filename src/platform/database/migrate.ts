import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type DataSource, type Migration, MigrationExecutor, type QueryRunner } from 'typeorm';
import { type BlockingSession, findBlockingSessions } from './blocking-sessions.js';
import { createHistoryTable, recordRequiredMigrations } from './migration-history.js';
import { withMigrationLock } from './migration-lock.js';

/**
 * Maximum time to wait for a lock. While a migration waits for a table, all other statements on the
 * table queue behind the migration.
 */
const LOCK_TIMEOUT_MS = 1000;
const BLOCKER_POLL_INTERVAL_MS = LOCK_TIMEOUT_MS / 4;
/** Initial pause between two attempts. Other statements run during a pause. */
const MIN_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 15_000;

/** SQLSTATE lock_not_available and deadlock_detected. */
const LOCK_ERROR_CODES = new Set(['55P03', '40P01']);

const log = new Logger('Migrations');

/** An attempt that could not acquire its locks. The next attempt follows after the pause. */
export interface BlockedMigration {
  attempt: number;
  pauseMs: number;
  blockedBy: BlockingSession[];
}

/**
 * Applies pending migrations, each in its own transaction. Processes that start at the same time
 * take turns. TypeORM has no lock, so two processes that create the same table would fail.
 *
 * An attempt that cannot acquire its locks within a second is rolled back. The migration is retried
 * after a pause, without limit. A slow reader therefore delays the migration, but the migration
 * delays other sessions only briefly.
 *
 * A migration with `transaction = false` runs without a transaction and without this limit. It can
 * build an index concurrently, which waits for other sessions but does not block them
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
      await runInTransaction(runner, () => createHistoryTable(query));
      const executor = new MigrationExecutor(dataSource, runner);
      const pendingMigrations = await executor.getPendingMigrations();
      for (const migration of pendingMigrations) {
        await applyMigration({ dataSource, runner, executor, migration, onBlocked });
      }
      await runInTransaction(runner, () => recordRequiredMigrations(query));
      return pendingMigrations.map(({ name }) => name);
    } finally {
      await runner.release();
    }
  });
}

interface MigrationContext {
  dataSource: DataSource;
  runner: QueryRunner;
  executor: MigrationExecutor;
  migration: Migration;
  onBlocked: (blocked: BlockedMigration) => void;
}

async function applyMigration(context: MigrationContext): Promise<void> {
  for (let attempt = 1, pauseMs = MIN_PAUSE_MS; ; attempt += 1) {
    const blockedBy = await attemptMigration(context);
    if (!blockedBy) return;
    context.onBlocked({ attempt, pauseMs, blockedBy });
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
}: MigrationContext): Promise<BlockingSession[] | undefined> {
  const blockerMonitor = await BlockerMonitor.start(dataSource, runner);
  const execute = () => executor.executeMigration(migration);
  try {
    await (migration.instance?.transaction === false
      ? execute()
      : runInTransaction(runner, execute));
    return undefined;
  } catch (error) {
    if (!LOCK_ERROR_CODES.has((error as { code?: string }).code ?? '')) throw error;
    return blockerMonitor.latestSessions;
  } finally {
    blockerMonitor.stop();
  }
}

async function runInTransaction(runner: QueryRunner, work: () => Promise<unknown>): Promise<void> {
  await runner.startTransaction();
  try {
    await runner.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await work();
    await runner.commitTransaction();
  } catch (error) {
    // If the connection was lost, PostgreSQL has already rolled back the transaction.
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  }
}

/** Records the blocking sessions, because PostgreSQL no longer shows them after the lock timeout. */
class BlockerMonitor {
  latestSessions: BlockingSession[] = [];
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly dataSource: DataSource,
    private readonly pid: number,
  ) {
    this.timer = setInterval(() => void this.findBlockers(), BLOCKER_POLL_INTERVAL_MS);
  }

  static async start(dataSource: DataSource, runner: QueryRunner): Promise<BlockerMonitor> {
    const [{ pid }] = (await runner.query('SELECT pg_backend_pid() AS pid')) as { pid: number }[];
    return new BlockerMonitor(dataSource, pid);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async findBlockers(): Promise<void> {
    try {
      const sessions = await findBlockingSessions(this.dataSource, this.pid);
      if (sessions.length > 0) this.latestSessions = sessions;
    } catch (error) {
      log.debug({ message: 'Could not find the sessions that block the migration', err: error });
    }
  }
}

function logBlocked({ attempt, pauseMs, blockedBy }: BlockedMigration): void {
  log.warn({
    message: `A migration is waiting for a lock. Retrying in ${pauseMs / 1000} s. If this takes too long, end the sessions in blocked_by with pg_terminate_backend(pid).`,
    attempt,
    blocked_by: blockedBy,
  });
}
