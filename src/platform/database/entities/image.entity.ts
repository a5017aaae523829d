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
  /** A string, because the column is a bigint. Ascends in the order of the product file. */
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'BY DEFAULT' })
  id!: string;

  @Column('uuid', { name: 'request_id' })
  requestId!: string;

  @Column('int', { name: 'row_number' })
  rowNumber!: number;

  /** Position within the product, starting at 1. */
  @Column('int')
  position!: number;

  /** Index of the image column in the header. Null in rows of the previous version, which use `urlColumn`. */
  @Column('smallint', { name: 'column_index', nullable: true })
  columnIndex!: number | null;

  /** URL to download; the text of the cell if it contained no valid URL. */
  @Column('text', { name: 'input_url' })
  inputUrl!: string;

  /** Host of `inputUrl`, if SQL would parse it differently (statements/image-host.ts). */
  @Column('text', { name: 'input_host', nullable: true })
  inputHost!: string | null;

  /** Original text of the cell if a correction has replaced the URL; null if it is the same as `inputUrl`. */
  @Column('text', { name: 'cell_reference', nullable: true })
  cellReference!: string | null;

  /**
   * File name without its extension, unique within the request. Contains placeholders for output properties
   * (catalog/file-names/clean-name.ts). Null if the upload had no `filename_template`.
   */
  @Column('text', { name: 'file_name', nullable: true })
  fileName!: string | null;

  /**
   * ID of the first image with the same URL in the request; null for the first image itself.
   * Only the first image is downloaded. Its duplicates get the same outcome.
   */
  @Column('bigint', { name: 'same_as', nullable: true })
  sameAs!: string | null;

  @Column('enum', { enum: IMAGE_STATUSES, enumName: 'image_status', default: 'pending' })
  status!: ImageStatus;

  /** Number of started attempts, excluding uncounted ones. */
  @Column('smallint', { default: 0 })
  attempts!: number;

  /** Number of times that a worker disappeared while it was processing this image. */
  @Column('smallint', { default: 0 })
  interruptions!: number;

  /** Number of dispatches, which is part of the Bull job ID. Bull silently ignores a job whose ID still exists. */
  @Column('int', { default: 0 })
  dispatches!: number;

  /**
   * Earliest time of the next attempt. `-infinity`: never attempted, so the image precedes all retries.
   * `infinity`: parked, because the origin is paused.
   */
  @Column('timestamptz', { name: 'not_before', default: () => `'-infinity'` })
  notBefore!: Date | number;

  /** Fencing token: only the holder of the lease can record an outcome. */
  @Column('uuid', { nullable: true })
  lease!: string | null;

  /** Queued: time at which the image is enqueued again. Processing: expiry of the worker's lease. */
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

  /** Audit result: empty if passed, otherwise reason codes separated by commas. Null if not audited. */
  @Column('text', { nullable: true })
  audit!: string | null;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
