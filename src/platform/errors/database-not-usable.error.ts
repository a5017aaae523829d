import { AppError } from './app-error.js';

/** The database answers `GET /health/ready` in a way that the app can't work with, or not at all. */
export class DatabaseNotUsableError extends AppError {
  private constructor(code: string, message: string, cause?: unknown) {
    super({ code, status: 503, message, cause });
  }

  static silent(): DatabaseNotUsableError {
    return new DatabaseNotUsableError(
      'database_silent',
      'PostgreSQL does not answer within 1 s. Check the server, the network and DATABASE_CONNECTIONS.',
    );
  }

  static locked(): DatabaseNotUsableError {
    return new DatabaseNotUsableError(
      'database_locked',
      'Statements time out because a table is locked. Wait for the migration, or end the session that holds the lock.',
    );
  }

  static readOnly(): DatabaseNotUsableError {
    return new DatabaseNotUsableError(
      'database_read_only',
      'PostgreSQL is read-only. Set DATABASE_URL to the primary.',
    );
  }

  /** @param migrations names of those that this version does not know */
  static newer(migrations: string[]): DatabaseNotUsableError {
    return new DatabaseNotUsableError(
      'schema_newer',
      `The database was upgraded by a later version of Pressroom (${migrations.join(', ')}). Start that version, or restore a backup from before the upgrade.`,
    );
  }

  static failing(cause: Error): DatabaseNotUsableError {
    return new DatabaseNotUsableError(
      'database_failing',
      `PostgreSQL rejects statements: ${cause.message}`,
      cause,
    );
  }
}
