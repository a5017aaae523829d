import type { PoolClient } from 'pg';
import {
  BACKUP_LOCK_WAIT_SECONDS,
  ACQUIRE_BACKUP_LOCK,
} from '../../platform/database/backup-lock.js';
import { BackupError } from './backup-error.js';

const LOCK_NOT_AVAILABLE = '55P03';
/** Interval between two pings, and the maximum duration of one ping. */
const PING_INTERVAL_MS = 30_000;

/** A backup lock that a transaction on one connection holds. Detects the loss of the connection. */
export class HeldBackupLock {
  private readonly timer: NodeJS.Timeout;
  private isLastPingAnswered = true;
  private connectionError?: unknown;

  private constructor(
    private readonly connection: PoolClient,
    pingIntervalMs: number,
  ) {
    this.timer = setInterval(() => void this.ping(), pingIntervalMs);
  }

  /**
   * Acquires the lock in a new transaction without a snapshot, which does not hold back VACUUM. The caller
   * must call `stopPinging` and close the connection.
   * @throws BackupError if another session holds the lock
   */
  static async acquire(
    connection: PoolClient,
    pingIntervalMs = PING_INTERVAL_MS,
  ): Promise<HeldBackupLock> {
    await connection.query('BEGIN');
    try {
      await connection.query(ACQUIRE_BACKUP_LOCK);
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
      throw new BackupError(
        `The backup lock was in use for ${BACKUP_LOCK_WAIT_SECONDS} s. Another backup of this database is running, or the app is removing images from slow storage. Run the command again later.`,
        { cause: error },
      );
    }
    return new HeldBackupLock(connection, pingIntervalMs);
  }

  /** @throws BackupError if the lock was lost, because garbage collection may have removed files */
  assertHeld(): void {
    if (this.connectionError !== undefined) throw createLockLostError(this.connectionError);
  }

  /** Releases the lock. @throws BackupError if it was already lost */
  async release(): Promise<void> {
    this.stopPinging();
    this.assertHeld();
    await this.connection.query('COMMIT').catch((error: unknown) => {
      throw createLockLostError(error);
    });
  }

  stopPinging(): void {
    clearInterval(this.timer);
  }

  private async ping(): Promise<void> {
    if (!this.isLastPingAnswered) {
      this.connectionError ??= new Error('PostgreSQL did not respond in time');
      return;
    }
    this.isLastPingAnswered = false;
    try {
      await this.connection.query('SELECT 1');
      this.isLastPingAnswered = true;
    } catch (error) {
      this.connectionError ??= error;
    }
  }
}

const createLockLostError = (cause: unknown): BackupError =>
  new BackupError(
    'The connection that holds the backup lock was lost. Check PostgreSQL, then run the command again. It copies only the remaining images.',
    { cause },
  );
