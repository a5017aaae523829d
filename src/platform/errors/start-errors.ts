import { AppError } from './app-error.js';
import { START_ERRORS } from './error-table.js';
import type { ErrorDefinition } from './error-definition.js';
import { asDatabaseUnavailable } from './database-unavailable.error.js';

/** SQLSTATE 28 (invalid authorization), 3D000 (no such database). */
const DATABASE_REFUSES = /^(28\w{3}|3D000)$/;

/** A fault of the setup. One line names the fault and the variable to change. */
class StartError extends AppError {
  constructor(definition: ErrorDefinition, message: string, cause: unknown) {
    super(definition, { message, cause });
  }
}

/** Converts a start error of the operating system or PostgreSQL to a message for the operator. */
export function asStartError(
  error: unknown,
  { HOST, PORT, DATA_DIR }: { HOST: string; PORT: number; DATA_DIR: string },
): AppError | undefined {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) return undefined;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  const listens = syscall === 'listen' || syscall === 'getaddrinfo';
  if (code === 'EADDRINUSE') {
    const message = `Port ${PORT} of ${HOST} is in use by another program: stop it, or set PORT to another one (0 takes a free one).`;
    return new StartError(START_ERRORS.port_in_use, message, error);
  }
  if (listens && ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EACCES'].includes(code)) {
    const message = `HOST=${HOST} with PORT=${PORT} can't be listened on (${error.message}): HOST has to be an address of this machine, and a port below 1024 may need more rights.`;
    return new StartError(START_ERRORS.address_unusable, message, error);
  }
  if (syscall === 'mkdir') {
    const message = `DATA_DIR=${DATA_DIR} can't be made a directory (${error.message}).`;
    return new StartError(START_ERRORS.data_dir_unusable, message, error);
  }
  if (DATABASE_REFUSES.test(code) || asDatabaseUnavailable(error)) {
    const message = `PostgreSQL can't be used: ${error.message}. Check DATABASE_URL, and that the server runs.`;
    return new StartError(START_ERRORS.database_unusable, message, error);
  }
  return undefined;
}
