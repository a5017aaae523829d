/** A backup can't be read or written; the message says why and what to do. */
export class BackupError extends Error {
  override name = 'BackupError';
}
