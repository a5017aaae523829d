import type { PoolClient } from 'pg';
import {
  BACKUP_LOCK_WAIT_SECONDS,
  ACQUIRE_BACKUP_LOCK,
} from '../../platform/database/backup-lock.js';
import { BackupError } from './backup-error.js';

const LOCK_NOT_AVAILABLE = '55P03';
/** Time between two calls, and the maximum time of one, in milliseconds. */
const PING_MS = 30_000;

/** The backup lock, held by a transaction of one connection. Detects the loss of that connection. */
export class HeldBackupLock {
  private readonly timer: NodeJS.Timeout;
  private isAnswered = true;
  private failure?: unknown;

  private constructor(
    private readonly connection: PoolClient,
    pingMs: number,
  ) {
    this.timer = setInterval(() => void this.ping(), pingMs);
  }

  /**
   * Takes the lock in a new transaction without a snapshot, which delays no vacuum. The caller stops the calls
   * with `stopPinging` and closes the connection.
   * @throws BackupError while another session holds the lock
   */
  static async acquire(connection: PoolClient, pingMs = PING_MS): Promise<HeldBackupLock> {
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
    return new HeldBackupLock(connection, pingMs);
  }

  /** @throws BackupError when the lock was lost: garbage collection may have removed files */
  assertHeld(): void {
    if (this.failure !== undefined) throw lockLostError(this.failure);
  }

  /** Releases the lock. @throws BackupError if it was already lost */
  async release(): Promise<void> {
    this.stopPinging();
    this.assertHeld();
    await this.connection.query('COMMIT').catch((error: unknown) => {
      throw lockLostError(error);
    });
  }

  stopPinging(): void {
    clearInterval(this.timer);
  }

  private async ping(): Promise<void> {
    if (!this.isAnswered) {
      this.failure ??= new Error('PostgreSQL did not answer in time');
      return;
    }
    this.isAnswered = false;
    try {
      await this.connection.query('SELECT 1');
      this.isAnswered = true;
    } catch (error) {
      this.failure ??= error;
    }
  }
}

const lockLostError = (cause: unknown): BackupError =>
  new BackupError(
    'The connection that holds the backup lock was lost. Check PostgreSQL, then run the command again; it copies only the remaining images.',
    { cause },
  );
