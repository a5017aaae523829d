import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { DeliveryStatus } from '../states.js';
import { type DueDelivery, revertDeliveryEnqueue } from '../statements/revert-delivery-enqueue.js';

/** A delivery that this worker has claimed with `lease`. */
export interface ClaimedDelivery {
  id: string;
  requestId: string;
  url: string;
  secret: string;
  payload: string;
  lease: string;
  /** Number of attempts, including this one. */
  attempts: number;
  /** Parent span of the delivery; null if the request is not traced. */
  traceparent: string | null;
}

/** Result of one attempt, and the next status of its delivery. */
export interface FinishedAttempt {
  deliveryId: string;
  lease: string;
  startedAt: Date;
  durationMs: number;
  statusCode: number | null;
  error: { code: string; message: string } | null;
  nextState: { status: DeliveryStatus; delayMs: number };
}

/** Finds and claims due deliveries for the sender, and records their attempts. */
@Injectable()
export class DeliveriesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Marks due deliveries as enqueued and returns them, oldest first. A delivery becomes due again after
   * `redispatchSeconds` if it is not claimed. It is also due if the process that was sending it has exited.
   * In that case, the attempt is logged as interrupted, because the receiver may have received it.
   */
  async queueDueDeliveries(
    limit: number,
    redispatchSeconds: number,
    leaseSeconds: number,
    interruptionError: { code: string; message: string },
  ): Promise<DueDelivery[]> {
    return this.dataSource.query(
      `WITH due AS (
         SELECT id, status, not_before FROM webhook_deliveries
         WHERE status IN ('pending', 'delivering') AND not_before <= now()
         ORDER BY not_before LIMIT $1
         FOR UPDATE SKIP LOCKED
       ), interrupted AS (
         INSERT INTO webhook_attempts (delivery_id, started_at, duration_ms, error_code, error_message)
         SELECT id, not_before - make_interval(secs => $3), 1000 * $3, $4::text, $5::text
         FROM due WHERE status = 'delivering'
       ), enqueued AS (
         UPDATE webhook_deliveries delivery
         SET status = 'pending', lease = NULL, dispatches = dispatches + 1,
             not_before = now() + make_interval(secs => $2)
         FROM due WHERE delivery.id = due.id
         RETURNING delivery.id, dispatches
       )
       SELECT id AS "deliveryId", dispatches AS dispatch FROM enqueued`,
      [limit, redispatchSeconds, leaseSeconds, interruptionError.code, interruptionError.message],
    );
  }

  /** Makes deliveries due again immediately if Redis rejected their jobs. */
  async revertEnqueue(deliveries: DueDelivery[]): Promise<void> {
    await revertDeliveryEnqueue(this.dataSource, deliveries);
  }

  /** Claims a delivery for this worker and counts an attempt. Each dispatch can be claimed only once. */
  async claimDelivery(
    { deliveryId, dispatch }: DueDelivery,
    lease: string,
    leaseSeconds: number,
  ): Promise<ClaimedDelivery | undefined> {
    const [rows] = await this.dataSource.query<[ClaimedDelivery[], number]>(
      `UPDATE webhook_deliveries
       SET status = 'delivering', lease = $3, attempts = attempts + 1, dispatches = dispatches + 1,
           not_before = now() + make_interval(secs => $4)
       WHERE id = $1 AND dispatches = $2 AND status = 'pending'
       RETURNING id, request_id AS "requestId", url, secret, payload, lease, attempts,
         (SELECT traceparent FROM processing_requests WHERE id = request_id) AS traceparent`,
      [deliveryId, dispatch, lease, leaseSeconds],
    );
    return rows[0];
  }

  /**
   * Logs an attempt. Updates the status of its delivery unless the lease was lost in the meantime.
   */
  async recordAttempt({
    deliveryId,
    lease,
    nextState,
    error,
    ...attempt
  }: FinishedAttempt): Promise<void> {
    await this.dataSource.query(
      `WITH moved AS (
         UPDATE webhook_deliveries
         SET status = $3::delivery_status, lease = NULL,
             not_before = now() + make_interval(secs => $4::float8 / 1000),
             delivered_at = CASE WHEN $3::delivery_status = 'delivered' THEN now() END
         WHERE id = $1 AND lease = $2 AND status = 'delivering'
       )
       INSERT INTO webhook_attempts
         (delivery_id, started_at, duration_ms, status_code, error_code, error_message)
       SELECT id, $5::timestamptz, $6::int, $7::int, $8::text, $9::text FROM webhook_deliveries WHERE id = $1`,
      [
        deliveryId,
        lease,
        nextState.status,
        nextState.delayMs,
        attempt.startedAt,
        attempt.durationMs,
        attempt.statusCode,
        error?.code,
        error?.message,
      ],
    );
  }

  /**
   * Releases a delivery that was not sent because the app is stopping. The delivery becomes due again, and the
   * attempt does not count.
   */
  async releaseClaim(id: string, lease: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE webhook_deliveries
       SET status = 'pending', lease = NULL, attempts = attempts - 1, not_before = now()
       WHERE id = $1 AND lease = $2 AND status = 'delivering'`,
      [id, lease],
    );
  }
}
