/**
 * Key of an advisory lock. A backup holds it exclusively, and garbage collection shares it. Garbage
 * collection therefore removes no file that a backup still has to copy. Each schema is an
 * installation with its own lock.
 */
const BACKUP_LOCK = '7234902, hashtext(current_schema()::text)';

/** Time within which a running garbage collection ends its transaction. */
export const BACKUP_LOCK_WAIT_SECONDS = 30;

/**
 * Returns `free`: null if no file is to be removed, and false while a backup runs. Otherwise holds the lock
 * until the end of the transaction.
 */
export const SHARE_BACKUP_LOCK = `
  SELECT CASE WHEN EXISTS (SELECT FROM artifacts WHERE sweep_after <= now())
              THEN pg_try_advisory_xact_lock_shared(${BACKUP_LOCK}) END AS free`;

/**
 * Takes the lock until the end of the transaction. Fails with 55P03 while it is held. PostgreSQL ends the
 * session of a client that has vanished, also behind a pooler. The holder sends a statement every 30 s.
 */
export const TAKE_BACKUP_LOCK = [
  `SET LOCAL lock_timeout = '${BACKUP_LOCK_WAIT_SECONDS}s'`,
  `SET LOCAL idle_in_transaction_session_timeout = '5min'`,
  'SET LOCAL tcp_keepalives_idle = 60',
  'SET LOCAL tcp_keepalives_interval = 10',
  'SET LOCAL tcp_keepalives_count = 6',
  `SELECT pg_advisory_xact_lock(${BACKUP_LOCK})`,
].join(';');
