/**
 * Key of an advisory lock. A backup holds the lock exclusively, and garbage collection holds it in shared mode.
 * Garbage collection therefore never removes a file that a backup still has to copy. Each schema is a separate
 * installation and has its own lock.
 */
const BACKUP_LOCK = '7234902, hashtext(current_schema()::text)';

/** Maximum time for a running garbage collection to end its transaction. */
export const BACKUP_LOCK_WAIT_SECONDS = 30;

/**
 * Acquires the lock in shared mode until the end of the transaction. `free` is true if the lock was acquired,
 * false while a backup is running, and null if no artifact is due for removal.
 */
export const ACQUIRE_SHARED_BACKUP_LOCK = `
  SELECT CASE WHEN EXISTS (SELECT FROM artifacts WHERE sweep_after <= now())
              THEN pg_try_advisory_xact_lock_shared(${BACKUP_LOCK}) END AS free`;

/**
 * Acquires the lock exclusively until the end of the transaction. Fails with 55P03 if the lock is not free in
 * time. PostgreSQL ends the session if the client disappears, even behind a pooler. The holder sends a
 * statement every 30 s to stay connected.
 */
export const ACQUIRE_BACKUP_LOCK = [
  `SET LOCAL lock_timeout = '${BACKUP_LOCK_WAIT_SECONDS}s'`,
  `SET LOCAL idle_in_transaction_session_timeout = '5min'`,
  'SET LOCAL tcp_keepalives_idle = 60',
  'SET LOCAL tcp_keepalives_interval = 10',
  'SET LOCAL tcp_keepalives_count = 6',
  `SELECT pg_advisory_xact_lock(${BACKUP_LOCK})`,
].join(';');
