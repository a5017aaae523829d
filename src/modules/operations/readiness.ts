import { ServiceUnavailableException } from '@nestjs/common';
import type { HealthCheckResult, HealthIndicatorResult } from '@nestjs/terminus';
import { AppError } from '../../platform/errors/app-error.js';
import { HTTP_ERRORS } from '../../platform/http/error-table.js';

/** A required part is down. */
export class NotReadyError extends AppError {
  constructor(details: HealthIndicatorResult) {
    super(HTTP_ERRORS.not_ready, { details: { details } });
  }
}

/**
 * Reports a degraded part as `down` under `error`, while the overall status stays `ok`. Clients read one
 * field for each part.
 *
 * @throws NotReadyError
 */
export async function reportReadiness(checked: Promise<HealthCheckResult>) {
  try {
    return withDegradedAsDown(await checked);
  } catch (error) {
    if (!(error instanceof ServiceUnavailableException)) throw error;
    throw new NotReadyError(withDegradedAsDown(error.getResponse() as HealthCheckResult).details);
  }
}

function withDegradedAsDown({ status, details }: HealthCheckResult): HealthCheckResult {
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
