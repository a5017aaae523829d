import { AppError } from './app-error.js';
import { COMMON_ERRORS } from './error-table.js';

/** PostgreSQL is unreachable or shutting down. The operation was not executed. */
export class DatabaseUnavailableError extends AppError {
  constructor(cause: unknown) {
    super(COMMON_ERRORS.database_unavailable, { retryAfterMs: 5000, cause });
  }
}

/**
 * SQLSTATE classes and codes, and socket errors: 08 (connection), 40 (rollback, e.g. a deadlock), 53
 * (resources), 57P (shutdown), 25006 (a primary that has become a standby), 55P03 (lock timeout), 57014
 * (statement timeout). https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const UNAVAILABLE_CODE =
  /^(08\w{3}|25006|40\w{3}|53\w{3}|55P03|57014|57P0\d|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN)$/;
const UNAVAILABLE_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Driver not Connected|not queryable/i;

export function toDatabaseUnavailableError(error: unknown): DatabaseUnavailableError | undefined {
  if (error instanceof DatabaseUnavailableError) return error;
  if (!(error instanceof Error)) return undefined;
  const driverError: unknown = 'driverError' in error ? error.driverError : error;
  if (!(driverError instanceof Error)) return undefined;
  const code =
    'code' in driverError && typeof driverError.code === 'string' ? driverError.code : '';
  return UNAVAILABLE_CODE.test(code) || UNAVAILABLE_MESSAGE.test(driverError.message)
    ? new DatabaseUnavailableError(error)
    : undefined;
}
