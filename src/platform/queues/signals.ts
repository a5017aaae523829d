import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';

/**
 * Signals between the modules of one process. They start work without waiting for a timer. A lost
 * signal delays the work by only a second, because timers poll PostgreSQL.
 */
@Injectable()
export class Signals {
  /** Images are due: an upload was accepted or a worker has a free slot. */
  readonly imagesDue = new Subject<void>();
  /** Deliveries are due: a request has finished or a delivery was resent. */
  readonly deliveriesDue = new Subject<void>();
  /** The request with this ID was canceled or removed. Its images are no longer processed. */
  readonly requestStopped = new Subject<string>();
  /** A bulk operation or garbage collection is due. */
  readonly housekeepingDue = new Subject<void>();
}
