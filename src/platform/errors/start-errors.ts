import { AppError } from './app-error.js';
import { START_ERRORS } from './error-table.js';
import type { ErrorDefinition } from './error-definition.js';
import { toDatabaseUnavailableError } from './database-unavailable.error.js';

/** SQLSTATE 28 (invalid authorization), 3D000 (no such database). */
const REJECTED_BY_DATABASE = /^(28\w{3}|3D000)$/;

/** Codes from OpenSSL and Node.js for a certificate that is not accepted. */
const TLS_CODE =
  /^(?:ERR_TLS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_SSL_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;
const NO_TLS_MESSAGE = 'The server does not support SSL connections';
const UNSUPPORTED_PARAMETER = /^unsupported startup parameter/;

/** A configuration error. Its message is one line that names the error and the variable to change. */
class StartError extends AppError {
  constructor(definition: ErrorDefinition, message: string, cause: unknown) {
    super(definition, { message, cause });
  }
}

/** Converts a startup error from the operating system or PostgreSQL to a message for the operator. */
export function toStartError(
  error: unknown,
  { HOST, PORT, DATA_DIR }: { HOST: string; PORT: number; DATA_DIR: string },
): AppError | undefined {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) return undefined;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  const isListenError = syscall === 'listen' || syscall === 'getaddrinfo';
  if (code === 'EADDRINUSE') {
    const message = `Port ${PORT} on ${HOST} is in use by another program. Stop it, or set PORT to another port (0 selects a free one).`;
    return new StartError(START_ERRORS.port_in_use, message, error);
  }
  if (isListenError && ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EACCES'].includes(code)) {
    const message = `Pressroom cannot listen on HOST=${HOST} with PORT=${PORT} (${error.message}). Set HOST to an address of this machine. A port below 1024 may need elevated privileges.`;
    return new StartError(START_ERRORS.address_unusable, message, error);
  }
  if (syscall === 'mkdir') {
    const message = `DATA_DIR=${DATA_DIR} cannot be created (${error.message}). Set DATA_DIR to a folder that the app can write to.`;
    return new StartError(START_ERRORS.data_dir_unusable, message, error);
  }
  if (code === '42501') {
    const message = `PostgreSQL does not allow the migrations (${error.message}). Run \`npm run migrate\` as the owner of the schema and start with MIGRATE=off, or grant CREATE on the schema.`;
    return new StartError(START_ERRORS.database_privilege_missing, message, error);
  }
  if (TLS_CODE.test(code) || error.message === NO_TLS_MESSAGE) {
    const message = `TLS to PostgreSQL failed: ${error.message}. Add sslrootcert=<file> to DATABASE_URL for a private certificate authority, and use a host name from the certificate. sslmode=no-verify encrypts without verification. sslmode=disable does not encrypt.`;
    return new StartError(START_ERRORS.database_tls_failed, message, error);
  }
  if (UNSUPPORTED_PARAMETER.test(error.message)) {
    const message = `PgBouncer rejects a startup parameter: ${error.message}. Unset DATABASE_SCHEMA and run ALTER ROLE … SET search_path = …, or add the parameter to ignore_startup_parameters.`;
    return new StartError(START_ERRORS.database_unusable, message, error);
  }
  if (REJECTED_BY_DATABASE.test(code) || toDatabaseUnavailableError(error)) {
    const message = `PostgreSQL can't be used: ${error.message}. Check DATABASE_URL, and check that the server is running.`;
    return new StartError(START_ERRORS.database_unusable, message, error);
  }
  return undefined;
}
