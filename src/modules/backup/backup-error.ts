/** Thrown if a backup can't be read or written. The message contains the reason and the fix. */
export class BackupError extends Error {
  override name = 'BackupError';
}
