/**
 * Key of an advisory lock. A backup holds it exclusively, and garbage collection shares it. No file that a
 * backup still has to copy is removed meanwhile.
 */
const BACKUP_LOCK = 7_234_902;

/** Time in which a running garbage collection ends its transaction. */
const WAIT_SECONDS = 30;

/** Returns `free`: false while a backup runs. Holds the lock until the end of the transaction. */
export const SHARE_BACKUP_LOCK = `SELECT pg_try_advisory_xact_lock_shared(${BACKUP_LOCK}) AS free`;

/** Takes the lock until the end of the transaction. Fails with 55P03 while another backup holds it. */
export const TAKE_BACKUP_LOCK = [
  `SET LOCAL lock_timeout = '${WAIT_SECONDS}s'`,
  'SET LOCAL idle_in_transaction_session_timeout = 0',
  `SELECT pg_advisory_xact_lock(${BACKUP_LOCK})`,
].join(';');
