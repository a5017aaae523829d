import { AppError } from '../errors/app-error.js';
import { EMBEDDED_ERRORS } from './error-table.js';

/** An embedded server did not start. The message ends with the server's output. */
export class EmbeddedServerError extends AppError {
  constructor(
    message: string,
    private readonly serverLog = '',
    cause?: unknown,
  ) {
    super(EMBEDDED_ERRORS.embedded_server_failed, { message, cause });
  }

  /** Returns whether the end of the server's log contains one of the phrases. */
  hasLogged(...phrases: string[]): boolean {
    return phrases.some((phrase) => this.serverLog.includes(phrase));
  }
}

/** A second instance was started with the same `DATA_DIR`. */
export class DataDirInUseError extends AppError {
  constructor(directory: string, pid: number | undefined) {
    const owner = pid === undefined ? 'another process' : `another Pressroom (process ${pid})`;
    super(EMBEDDED_ERRORS.data_dir_in_use, {
      message: `${directory} is in use by ${owner}. Stop that process, or set DATA_DIR to another directory.`,
    });
  }
}

/** The system has no PostgreSQL package or cannot run an embedded server. */
export class EmbeddedUnsupportedError extends AppError {
  constructor(reason: string, cause?: unknown) {
    super(EMBEDDED_ERRORS.embedded_unsupported, {
      message: `Cannot start the embedded servers: ${reason}. Set DATABASE_URL and REDIS_URL to your own servers.`,
      cause,
    });
  }
}

export class RedisMissingError extends AppError {
  constructor(reason?: string) {
    super(EMBEDDED_ERRORS.redis_missing, {
      message:
        `No redis-server or valkey-server was found on PATH${reason ? ` (${reason})` : ''}. Install one ` +
        '(Debian, Ubuntu: sudo apt-get install redis-server; Fedora: sudo dnf install valkey; ' +
        'macOS: brew install redis), or set REDIS_URL.',
    });
  }
}
