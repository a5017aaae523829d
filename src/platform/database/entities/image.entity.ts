import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { ImageFormat } from '../../compression/inspect/image-format.js';
import { IMAGE_STATUSES, type ImageStatus } from '../states.js';

/** One input URL of one product. */
@Entity('images')
@Index('images_in_order', ['requestId', 'rowNumber', 'position'], { unique: true })
@Index('images_due', ['requestId', 'notBefore', 'id'], {
  where: `status = 'pending' AND same_as IS NULL`,
})
@Index('images_leased', ['leaseUntil'], { where: `status IN ('queued', 'processing')` })
@Index('images_failed', ['requestId', 'rowNumber', 'position'], { where: `status = 'failed'` })
@Index('images_artifact', ['artifactKey'], { where: 'artifact_key IS NOT NULL' })
@Index('images_same', ['sameAs'], { where: 'same_as IS NOT NULL' })
export class Image {
  /** A string, because it is a bigint. Ascends in the order of the CSV. */
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'BY DEFAULT' })
  id!: string;

  @Column('uuid', { name: 'request_id' })
  requestId!: string;

  @Column('int', { name: 'row_number' })
  rowNumber!: number;

  /** From 1, within the product. */
  @Column('int')
  position!: number;

  /** Position of its column in the header, from 0. Null (previous version): the request's `urlColumn`. */
  @Column('smallint', { name: 'column_index', nullable: true })
  columnIndex!: number | null;

  /** URL to download; for an image that failed from the start, the text of the cell. */
  @Column('text', { name: 'input_url' })
  inputUrl!: string;

  /** Host of `inputUrl`, if SQL reads another one from it (statements/host-of-image.ts). */
  @Column('text', { name: 'input_host', nullable: true })
  inputHost!: string | null;

  /** Text of the cell after a correction has replaced the URL of the image; null: `inputUrl`. */
  @Column('text', { name: 'cell_reference', nullable: true })
  cellReference!: string | null;

  /**
   * Name of its files, without extension; unique in the request. Has placeholders for facts of outputs
   * (catalog/file-names/clean-name.ts). Null: the upload had no `filename_template`.
   */
  @Column('text', { name: 'file_name', nullable: true })
  fileName!: string | null;

  /**
   * The first image of the request with the same URL. Only that one is downloaded; this one ends with the
   * same outcome.
   */
  @Column('bigint', { name: 'same_as', nullable: true })
  sameAs!: string | null;

  @Column('enum', { enum: IMAGE_STATUSES, enumName: 'image_status', default: 'pending' })
  status!: ImageStatus;

  /** Number of started attempts that count. */
  @Column('smallint', { default: 0 })
  attempts!: number;

  /** Number of workers that vanished while they processed this image. */
  @Column('smallint', { default: 0 })
  interruptions!: number;

  /** Part of the Bull job id. Redis silently ignores an id that it still holds. */
  @Column('int', { default: 0 })
  dispatches!: number;

  /**
   * Earliest next attempt. `-infinity`: never attempted, so it precedes all retries. `infinity`: parked,
   * because its origin is paused.
   */
  @Column('timestamptz', { name: 'not_before', default: () => `'-infinity'` })
  notBefore!: Date | number;

  /** Fencing token: only the holder of the lease can end the image. */
  @Column('uuid', { nullable: true })
  lease!: string | null;

  /** Queued: time at which it is enqueued again. Processing: expiry of the lease of the worker. */
  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column('text', { name: 'artifact_key', nullable: true })
  artifactKey!: string | null;

  @Column('text', { nullable: true })
  format!: ImageFormat | null;

  @Column('int', { nullable: true })
  width!: number | null;

  @Column('int', { nullable: true })
  height!: number | null;

  @Column('int', { name: 'bytes_in', nullable: true })
  bytesIn!: number | null;

  @Column('int', { name: 'bytes_out', nullable: true })
  bytesOut!: number | null;

  @Column('boolean', { name: 'kept_original', default: false })
  keptOriginal!: boolean;

  @Column('text', { name: 'error_code', nullable: true })
  errorCode!: string | null;

  @Column('text', { name: 'error_message', nullable: true })
  errorMessage!: string | null;

  /** Result of the audit: empty if it passed, else codes of reasons, separated by commas. Null: not audited. */
  @Column('text', { nullable: true })
  audit!: string | null;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
