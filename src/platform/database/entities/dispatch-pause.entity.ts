import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * - `origin`: images whose URL has this host. Redirects to another host do not matter.
 * - `owner`: images of requests that were uploaded with an API key of this name.
 */
export const PAUSE_KINDS = ['origin', 'owner'] as const;
export type PauseKind = (typeof PAUSE_KINDS)[number];

/**
 * A pause that an operator has set. No process starts an image of it. Images in progress end normally.
 *
 * Images of a paused owner stay pending. Images of a paused origin are parked when their turn comes: their
 * `not_before` is `infinity` until the origin is resumed, so the dispatcher does not read them again.
 */
@Entity('dispatch_pauses')
export class DispatchPause {
  @PrimaryColumn('text')
  kind!: PauseKind;

  /** Host (with its port unless that is the default), or name of the owner. */
  @PrimaryColumn('text')
  name!: string;

  /** Text for the owners of waiting requests; may be empty. */
  @Column('text')
  reason!: string;

  /** Name of the operator. */
  @Column('text', { name: 'paused_by' })
  pausedBy!: string;

  @Column('timestamptz', { name: 'paused_at', default: () => 'now()' })
  pausedAt!: Date;

  /** Null while the pause is active. The row stays until its parked images are released. */
  @Column('timestamptz', { name: 'resumed_at', nullable: true })
  resumedAt!: Date | null;
}
