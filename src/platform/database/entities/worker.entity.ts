import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An image that a process is processing. */
export interface ActiveImage {
  image_id: string;
  /** ISO 8601. */
  since: string;
}

/** State of a host, as one process knows it. */
export interface OriginState {
  host: string;
  /** Downloads that run. */
  running: number;
  /** Maximum number of concurrent downloads at present. */
  concurrency: number;
  /** Requests per minute that the host allows; null while no limit is known. */
  requests_per_minute: number | null;
  /** `open`: the host does not respond, so downloads fail at once. `probing`: one download tests it. */
  breaker: 'closed' | 'open' | 'probing';
  /** Time until which no request is sent (ISO 8601); null if requests may be sent. */
  paused_until: string | null;
  /** Reason of the pause; null without one. */
  reason: string | null;
}

/** A running process, which renews its row every few seconds. A stale row belongs to an ended process. */
@Entity('workers')
export class Worker {
  /** New at each start of a process. */
  @PrimaryColumn('uuid')
  instance!: string;

  @Column('text')
  role!: string;

  @Column('text')
  version!: string;

  /** Name of its computer or container. */
  @Column('text')
  hostname!: string;

  @Column('int')
  pid!: number;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'seen_at', default: () => 'now()' })
  seenAt!: Date;

  /** Images that it has claimed. */
  @Column('int', { name: 'images_in_progress' })
  imagesInProgress!: number;

  /** Decoder processes that run, and their maximum. */
  @Column('int', { name: 'decoders_running' })
  decodersRunning!: number;

  @Column('int')
  decoders!: number;

  /** Message of the error that pauses its processing: storage is full or unavailable. Null without one. */
  @Column('text', { name: 'storage_error', nullable: true })
  storageError!: string | null;

  /** Images that it has worked on for longest, at most 20. */
  @Column('jsonb', { name: 'oldest_images' })
  oldestImages!: ActiveImage[];

  /** Hosts with downloads or limits, at most 200. */
  @Column('jsonb')
  origins!: OriginState[];
}
