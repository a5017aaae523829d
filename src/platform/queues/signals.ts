import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';

/**
 * Nudges between features of one app, so that nobody waits for a timer. A signal that is lost (or
 * meant for another app) costs a second, never work: the timers look into PostgreSQL anyway.
 */
@Injectable()
export class Signals {
  /** There are images to dispatch: an upload was accepted, or a worker has room. */
  readonly imagesDue = new Subject<void>();
  /** There are deliveries to send: a request came to its end, or one is resent. */
  readonly deliveriesDue = new Subject<void>();
  /** This request (its id) was cancelled or removed: its images are not worked on any more. */
  readonly requestStopped = new Subject<string>();
  /** There are rows or files to sweep. */
  readonly sweepDue = new Subject<void>();
}
