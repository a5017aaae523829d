import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * What is still to be done with the rows of a request whose own row has moved already.
 * - `cancel`: open images become cancelled.
 * - `retry`: failed images wait again.
 * - `resume`: failed and cancelled images wait again.
 * - `remove`: products and images are deleted; the request's own row is gone.
 */
export const SWEEP_KINDS = ['cancel', 'retry', 'resume', 'remove'] as const;
export type SweepKind = (typeof SWEEP_KINDS)[number];

/**
 * A walk over the images of one request, in small batches, so that a request of millions of images
 * is cancelled, retried and removed at once for whoever asks. It survives a crash: each batch moves
 * its rows and the place where the walk is in one transaction.
 */
@Entity('request_sweeps')
@Index('request_sweeps_in_order', ['createdAt'])
export class RequestSweep {
  @PrimaryColumn('uuid', { name: 'request_id' })
  requestId: string;

  @Column('enum', { enum: SWEEP_KINDS, enumName: 'sweep_kind' })
  kind: SweepKind;

  /** The last image that was walked over; with `position`. */
  @Column('int', { name: 'row_number', default: 0 })
  rowNumber: number;

  @Column('int', { default: 0 })
  position: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
