import { AppError } from '../errors/app-error.js';
import { EMBEDDED_ERRORS } from './error-table.js';

const OWN_SERVERS = 'set DATABASE_URL and REDIS_URL to servers of your own';

/** A private server did not come up; the message ends with what the server itself said. */
export class EmbeddedServerError extends AppError {
  constructor(
    message: string,
    private readonly serverLog = '',
    cause?: unknown,
  ) {
    super(EMBEDDED_ERRORS.embedded_server_failed, { message, cause });
  }

  /** Whether the end of the server's log has one of these in it. */
  logged(...phrases: string[]): boolean {
    return phrases.some((phrase) => this.serverLog.includes(phrase));
  }
}

/** A second app was started on the same `DATA_DIR`. */
export class DataDirInUseError extends AppError {
  constructor(directory: string, pid: number | undefined) {
    const who = pid === undefined ? 'another process' : `another Pressroom (process ${pid})`;
    super(EMBEDDED_ERRORS.data_dir_in_use, {
      message: `${directory} is in use by ${who}: stop it, or set DATA_DIR to a directory of this one's own.`,
    });
  }
}

/** There is no PostgreSQL (or no way to run a private server) for this system. */
export class EmbeddedUnsupportedError extends AppError {
  constructor(reason: string, cause?: unknown) {
    super(EMBEDDED_ERRORS.embedded_unsupported, {
      message: `Cannot start private servers: ${reason}; ${OWN_SERVERS}.`,
      cause,
    });
  }
}

export class RedisMissingError extends AppError {
  constructor(reason?: string) {
    super(EMBEDDED_ERRORS.redis_missing, {
      message:
        `No redis-server or valkey-server on PATH${reason ? ` (${reason})` : ''}: install one ` +
        '(Debian, Ubuntu: sudo apt-get install redis-server; Fedora: sudo dnf install valkey; ' +
        'macOS: brew install redis) or set REDIS_URL.',
    });
  }
}
