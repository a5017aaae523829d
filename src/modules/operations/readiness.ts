import { ServiceUnavailableException } from '@nestjs/common';
import type { HealthCheckResult, HealthIndicatorResult } from '@nestjs/terminus';

const NOT_READY = 'Work can\'t proceed. "details" has the part that is down, why, and what to do.';

/**
 * Reports a degraded part as `down` under `error`, while the overall status stays `ok`. Clients read one
 * field for each part.
 *
 * @throws ServiceUnavailableException when a required part is down
 */
export async function reportReadiness(checked: Promise<HealthCheckResult>) {
  try {
    return withDegradedAsDown(await checked);
  } catch (error) {
    if (!(error instanceof ServiceUnavailableException)) throw error;
    throw new ServiceUnavailableException({
      ...withDegradedAsDown(error.getResponse() as HealthCheckResult),
      message: NOT_READY,
    });
  }
}

function withDegradedAsDown({ status, details }: HealthCheckResult): HealthCheckResult {
  const parts = Object.entries(details).map(([name, part]) => {
    return [
      name,
      part.status === 'degraded' ? { ...part, status: 'down' as const } : part,
    ] as const;
  });
  const partsThat = (isUp: boolean): HealthIndicatorResult =>
    Object.fromEntries(parts.filter(([, part]) => (part.status === 'up') === isUp));
  return {
    status: status === 'degraded' ? 'ok' : status,
    info: partsThat(true),
    error: partsThat(false),
    details: Object.fromEntries(parts),
  };
}
