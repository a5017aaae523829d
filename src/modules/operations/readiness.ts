import { ServiceUnavailableException } from '@nestjs/common';
import type { HealthCheckResult, HealthIndicatorResult } from '@nestjs/terminus';
import { AppError } from '../../platform/errors/app-error.js';
import { HTTP_ERRORS } from '../../platform/http/error-table.js';

/** Thrown if a required dependency is down. */
export class NotReadyError extends AppError {
  constructor(details: HealthIndicatorResult) {
    super(HTTP_ERRORS.not_ready, { details: { details } });
  }
}

/**
 * Reports degraded parts as `down` under `error`, while the overall status stays `ok`. Clients therefore need
 * only one field for each part.
 *
 * @throws NotReadyError
 */
export async function reportReadiness(healthCheck: Promise<HealthCheckResult>) {
  try {
    return mapDegradedToDown(await healthCheck);
  } catch (error) {
    if (!(error instanceof ServiceUnavailableException)) throw error;
    throw new NotReadyError(mapDegradedToDown(error.getResponse() as HealthCheckResult).details);
  }
}

function mapDegradedToDown({ status, details }: HealthCheckResult): HealthCheckResult {
  const parts = Object.entries(details).map(([name, part]) => {
    return [
      name,
      part.status === 'degraded' ? { ...part, status: 'down' as const } : part,
    ] as const;
  });
  const selectParts = (isUp: boolean): HealthIndicatorResult =>
    Object.fromEntries(parts.filter(([, part]) => (part.status === 'up') === isUp));
  return {
    status: status === 'degraded' ? 'ok' : status,
    info: selectParts(true),
    error: selectParts(false),
    details: Object.fromEntries(parts),
  };
}
