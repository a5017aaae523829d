import { AppError } from './app-error.js';
import { START_ERRORS } from './error-table.js';

/** The schema for the tables does not exist or is not selected. */
export class DatabaseSchemaError extends AppError {
  private constructor(message: string) {
    super(START_ERRORS.database_schema_unusable, { message });
  }

  /** @param schema configured schema; empty to use the user's `search_path` */
  static missing(schema: string): DatabaseSchemaError {
    const name = schema === '' ? "of the user's search_path" : schema;
    return new DatabaseSchemaError(
      `The schema ${name} does not exist, or the user has no USAGE privilege on it. Create it with CREATE SCHEMA … AUTHORIZATION, or grant USAGE.`,
    );
  }

  /** @param currentSchema schema that the connections use */
  static notSelected(schema: string, currentSchema: string): DatabaseSchemaError {
    return new DatabaseSchemaError(
      `The connections use the schema ${currentSchema}, not DATABASE_SCHEMA=${schema}. If PgBouncer ignores startup parameters, run ALTER ROLE … SET search_path = ${schema}.`,
    );
  }
}
