import { AppError } from './app-error.js';
import type { ErrorDefinition } from './error-definition.js';
import { DATABASE_HEALTH_ERRORS } from './error-table.js';

/** The database does not respond to the readiness check, or the app cannot use it. */
export class DatabaseNotUsableError extends AppError {
  private constructor(definition: ErrorDefinition, message?: string, cause?: unknown) {
    super(definition, { message, cause });
  }

  static silent(): DatabaseNotUsableError {
    return new DatabaseNotUsableError(DATABASE_HEALTH_ERRORS.database_silent);
  }

  static locked(): DatabaseNotUsableError {
    return new DatabaseNotUsableError(DATABASE_HEALTH_ERRORS.database_locked);
  }

  static readOnly(): DatabaseNotUsableError {
    return new DatabaseNotUsableError(DATABASE_HEALTH_ERRORS.database_read_only);
  }

  /** @param migrations names of the migrations that this version does not know */
  static newer(migrations: string[]): DatabaseNotUsableError {
    return new DatabaseNotUsableError(
      DATABASE_HEALTH_ERRORS.schema_newer,
      `The database was upgraded by a later version of Pressroom (${migrations.join(', ')}). Start that version, or restore a backup from before the upgrade.`,
    );
  }

  /** @param migrations names of the migrations that are not applied */
  static outdated(migrations: string[]): DatabaseNotUsableError {
    return new DatabaseNotUsableError(
      DATABASE_HEALTH_ERRORS.schema_outdated,
      `The database schema is older than this version of Pressroom. Pending migrations: ${migrations.join(', ')}. Run \`npm run migrate\`, or start with MIGRATE=auto.`,
    );
  }

  static restoreUnfinished(): DatabaseNotUsableError {
    return new DatabaseNotUsableError(DATABASE_HEALTH_ERRORS.restore_unfinished);
  }

  static failing(cause: Error): DatabaseNotUsableError {
    return new DatabaseNotUsableError(
      DATABASE_HEALTH_ERRORS.database_failing,
      `PostgreSQL rejects statements. Check the privileges of the user on the tables. PostgreSQL replied: ${cause.message}`,
      cause,
    );
  }
}
