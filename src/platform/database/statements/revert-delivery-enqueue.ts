import type { DataSource } from 'typeorm';
import { unnest } from './unnest.js';

/** A delivery to enqueue in Redis. `dispatch` increases with each enqueue. */
export interface DueDelivery {
  deliveryId: string;
  dispatch: number;
}

const JOBS = unnest({ id: 'uuid', dispatch: 'int' });

const REVERT_ENQUEUE = `
  UPDATE webhook_deliveries delivery SET not_before = now()
  FROM ${JOBS.toFromItem('job')}
  WHERE delivery.id = job.id AND dispatches = job.dispatch AND status = 'pending'`;

/** Makes deliveries due again if Redis rejected their jobs. */
export async function revertDeliveryEnqueue(
  dataSource: DataSource,
  deliveries: readonly DueDelivery[],
): Promise<void> {
  const rows = deliveries.map(({ deliveryId, dispatch }) => ({ id: deliveryId, dispatch }));
  await dataSource.query(REVERT_ENQUEUE, JOBS.toArrays(rows));
}
