import { AppError } from './app-error.js';
import { START_ERRORS } from './error-table.js';

/** The schema of the tables is missing or not selected. */
export class DatabaseSchemaError extends AppError {
  private constructor(message: string) {
    super(START_ERRORS.database_schema_unusable, { message });
  }

  /** @param schema as configured; empty for that of the user's `search_path` */
  static missing(schema: string): DatabaseSchemaError {
    const name = schema === '' ? "of the user's search_path" : schema;
    return new DatabaseSchemaError(
      `The schema ${name} does not exist, or the user has no USAGE privilege on it. Create it with CREATE SCHEMA … AUTHORIZATION, or grant USAGE.`,
    );
  }

  /** @param current schema of the connections */
  static notSelected(schema: string, current: string): DatabaseSchemaError {
    return new DatabaseSchemaError(
      `The connections use the schema ${current}, not DATABASE_SCHEMA=${schema}. If PgBouncer ignores startup parameters, run ALTER ROLE … SET search_path = ${schema}.`,
    );
  }
}
