import type { Env } from '../../platform/config/env.js';
import { AppError } from '../../platform/errors/app-error.js';
import { START_ERRORS } from '../../platform/errors/error-table.js';

/** Converts a `listen` error to an error with a message for the operator. */
export function toMetricsAddressError(error: NodeJS.ErrnoException, env: Env): AppError {
  const { METRICS_HOST: host, METRICS_PORT: port } = env;
  if (error.code === 'EADDRINUSE') {
    const message = `Port ${port} on ${host} is in use by another program. Set METRICS_PORT to another port (0 selects a free one), or METRICS=off.`;
    return new AppError(START_ERRORS.port_in_use, { message, cause: error });
  }
  const message = `Metrics can't be served on METRICS_HOST=${host} with METRICS_PORT=${port} (${error.message}). Use an address of this machine. A port below 1024 may need elevated privileges.`;
  return new AppError(START_ERRORS.address_unusable, { message, cause: error });
}
