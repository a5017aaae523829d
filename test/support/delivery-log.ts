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

/** The one delivery of a request, as `GET /requests/:id/deliveries` shows it. */
async function deliveryOf(app: TestApp, requestId: string): Promise<LoggedDelivery> {
  const { body } = await app.api.getJson<{ deliveries: LoggedDelivery[] }>(
    `/requests/${requestId}/deliveries`,
  );
  expect(body.deliveries).toHaveLength(1);
  return body.deliveries[0];
}

export const deliveryUntil = (
  app: TestApp,
  requestId: string,
  wanted: string,
  timeoutMs = 30_000,
): Promise<LoggedDelivery> =>
  eventually(
    async () => {
      const delivery = await deliveryOf(app, requestId);
      expect(delivery.status).toBe(wanted);
      return delivery;
    },
    { what: `the delivery to be ${wanted}`, timeoutMs },
  );
