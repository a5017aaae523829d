import { expect } from 'vitest';
import type { TestApp } from './app.js';
import { eventually } from './eventually.js';

export interface LoggedDelivery {
  id: string;
  status: string;
  payload: string;
  next_attempt_at: string | null;
  attempts: {
    status_code: number | null;
    duration_ms: number;
    error: { code: string; message: string } | null;
  }[];
}

/** Returns the only delivery of a request from `GET /requests/:id/deliveries`. */
async function getDelivery(app: TestApp, requestId: string): Promise<LoggedDelivery> {
  const { body } = await app.api.getJson<{ deliveries: LoggedDelivery[] }>(
    `/requests/${requestId}/deliveries`,
  );
  expect(body.deliveries).toHaveLength(1);
  return body.deliveries[0];
}

/** Waits until the only delivery of a request has this status. */
export const waitForDelivery = (
  app: TestApp,
  requestId: string,
  status: string,
  timeoutMs = 30_000,
): Promise<LoggedDelivery> =>
  eventually(
    async () => {
      const delivery = await getDelivery(app, requestId);
      expect(delivery.status).toBe(status);
      return delivery;
    },
    { description: `the delivery to be ${status}`, timeoutMs },
  );
