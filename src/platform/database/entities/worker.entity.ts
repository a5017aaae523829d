import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An image that a process is working on. */
export interface ActiveImage {
  image_id: string;
  /** Start time (ISO 8601). */
  since: string;
}

/** State of a host, as seen by one process. */
export interface OriginState {
  host: string;
  /** Number of running downloads. */
  running: number;
  /** Current maximum number of concurrent downloads. */
  concurrency: number;
  /** Requests per minute that the host allows; null if no limit is known. */
  requests_per_minute: number | null;
  /** `open`: the host does not respond, so downloads fail immediately. `probing`: one download tests the host. */
  breaker: 'closed' | 'open' | 'probing';
  /** End of the pause (ISO 8601); null if requests may be sent. */
  paused_until: string | null;
  /** Reason for the pause; null without a pause. */
  reason: string | null;
}

/** A running process, which renews its row every few seconds. A stale row belongs to a process that has exited. */
@Entity('workers')
export class Worker {
  /** Generated at each start of the process. */
  @PrimaryColumn('uuid')
  instance!: string;

  @Column('text')
  role!: string;

  @Column('text')
  version!: string;

  /** Name of the computer or container. */
  @Column('text')
  hostname!: string;

  @Column('int')
  pid!: number;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'seen_at', default: () => 'now()' })
  seenAt!: Date;

  /** Number of images that the process has claimed. */
  @Column('int', { name: 'images_in_progress' })
  imagesInProgress!: number;

  /** Number of running decoder processes. */
  @Column('int', { name: 'decoders_running' })
  decodersRunning!: number;

  /** Maximum number of decoder processes. */
  @Column('int')
  decoders!: number;

  /** Message of the storage error that pauses processing; null without an error. */
  @Column('text', { name: 'storage_error', nullable: true })
  storageError!: string | null;

  /** Images that have been in progress the longest, at most 20. */
  @Column('jsonb', { name: 'oldest_images' })
  oldestImages!: ActiveImage[];

  /** Hosts with downloads or limits, at most 200. */
  @Column('jsonb')
  origins!: OriginState[];
}
