import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Kinds of pauses.
 * - `origin`: pauses images whose URL has this host. Redirects to another host are ignored.
 * - `owner`: pauses images of requests that were uploaded with an API key of this name.
 */
export const PAUSE_KINDS = ['origin', 'owner'] as const;
export type PauseKind = (typeof PAUSE_KINDS)[number];

/**
 * A pause that an operator has set. While it is active, no process starts an affected image. Images in
 * progress finish normally.
 *
 * Images of a paused owner stay pending. Instead of dispatching an image of a paused origin, the dispatcher
 * parks it: `not_before` is `infinity` until the origin is resumed. The dispatcher does not read parked
 * images again.
 */
@Entity('dispatch_pauses')
export class DispatchPause {
  @PrimaryColumn('text')
  kind!: PauseKind;

  /** Name of the owner, or host of the origin (with its port unless it is the default port). */
  @PrimaryColumn('text')
  name!: string;

  /** Text that the owners of waiting requests see; may be empty. */
  @Column('text')
  reason!: string;

  /** Name of the operator. */
  @Column('text', { name: 'paused_by' })
  pausedBy!: string;

  @Column('timestamptz', { name: 'paused_at', default: () => 'now()' })
  pausedAt!: Date;

  /** Null while the pause is active. The row remains until its parked images are released. */
  @Column('timestamptz', { name: 'resumed_at', nullable: true })
  resumedAt!: Date | null;
}
