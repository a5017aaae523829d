import { Column, Entity, Index, PrimaryColumn, VirtualColumn } from 'typeorm';
import type { CatalogDescription } from '../../catalog/catalog-reader.js';
import type { CompressionOptions } from '../../compression/compression-options.js';
import type { AuditScope, PresetId } from '../../presets/preset.js';
import type { RequestOutput } from '../request-output.js';
import { REQUEST_STATUSES, type RequestStatus } from '../states.js';

/** Header names of the columns as stored by the previous version. Use `readStoredCatalog(request)` instead. */
export interface ColumnMapping {
  serial_number: string;
  product_name: string;
  input_image_urls: string;
}

/** CSV dialect as stored by the previous version. Use `readStoredCatalog(request)` instead. */
export interface CsvDialect {
  delimiter: string;
  newline: '\n' | '\r\n' | '\r';
  encoding: string;
  bom: boolean;
}

/**
 * The response to an upload. A repeated upload with the same `Idempotency-Key` gets the same
 * response.
 */
export interface FirstResponse {
  status: number;
  location: string;
  /** JSON without the webhook secret, which only the first response contains. */
  body: string;
}

/** One uploaded product file. Statements that change its images also update its counters. */
@Entity('processing_requests')
@Index('processing_requests_open', ['id'], {
  where: `status IN ('pending', 'processing')`,
})
@Index('processing_requests_untouched', ['id'], { where: `status = 'pending'` })
@Index('processing_requests_expiring', ['expiresAt'], { where: 'expires_at IS NOT NULL' })
@Index('processing_requests_of_owner', ['owner', 'id'])
@Index('processing_requests_idempotency', ['owner', 'idempotencyKey'], {
  unique: true,
  where: 'idempotency_key IS NOT NULL',
})
export class ProcessingRequest {
  /** UUID v7, which sorts by age. */
  @PrimaryColumn('uuid')
  id!: string;

  /** Name of the API key that uploaded the request; empty without keys. */
  @Column('text', { default: '' })
  owner!: string;

  @Column('enum', { enum: REQUEST_STATUSES, enumName: 'request_status', default: 'pending' })
  status!: RequestStatus;

  /** File name that the client sent. Used only as a label, never as a path. */
  @Column('text')
  filename!: string;

  /** Description of the product file, used by exports. Null if the previous version stored the request. */
  @Column('jsonb', { nullable: true })
  catalog!: CatalogDescription | null;

  /** Original header cells in order. */
  @Column('text', { array: true })
  header!: string[];

  /** Stored for the previous version, as are `urlColumn` and `dialect`. Use `readStoredCatalog()` instead. */
  @Column('jsonb')
  columns!: ColumnMapping;

  /** Index of the first image column in the header. */
  @Column('int', { name: 'url_column' })
  urlColumn!: number;

  @Column('jsonb')
  dialect!: CsvDialect;

  /** Options of the first output. */
  @Column('jsonb')
  options!: CompressionOptions;

  /** Null for a single unnamed output. Use `outputsOf(request)` instead. */
  @Column('jsonb', { nullable: true })
  outputs!: RequestOutput[] | null;

  /** Bytes of the additional outputs of completed images, by index in `outputs`. Null without `outputs`. */
  @VirtualColumn('json', {
    query: (request) =>
      `SELECT CASE WHEN ${request}.outputs IS NOT NULL THEN (
         SELECT coalesce(json_object_agg(output, bytes_out), '{}') FROM request_outputs
         WHERE request_id = ${request}.id) END`,
  })
  additionalBytes!: Record<string, number> | null;

  /** True if the output file has a column with `srcset` values. */
  @Column('boolean', { default: false })
  srcset!: boolean;

  /** Template of the image file names, as uploaded. Null if images are named after their artifacts. */
  @Column('text', { name: 'filename_template', nullable: true })
  filenameTemplate!: string | null;

  /** Preset of the upload; null without a preset. */
  @Column('text', { nullable: true })
  preset!: PresetId | null;

  /** Files to check against the limits of the preset; null if the request is not audited. */
  @Column('text', { nullable: true })
  audit!: AuditScope | null;

  /** Base of absolute URLs in responses and webhooks: `PUBLIC_URL`, or the host of the upload. */
  @Column('text', { name: 'base_url' })
  baseUrl!: string;

  @Column('text', { name: 'webhook_url', nullable: true })
  webhookUrl!: string | null;

  /** Secret (`whsec_…`) that signs the deliveries of this request. */
  @Column('text', { name: 'webhook_secret', nullable: true })
  webhookSecret!: string | null;

  @Column('int')
  products!: number;

  @Column('int', { name: 'images_total' })
  imagesTotal!: number;

  @Column('int', { name: 'images_completed', default: 0 })
  imagesCompleted!: number;

  @Column('int', { name: 'images_failed', default: 0 })
  imagesFailed!: number;

  @Column('int', { name: 'images_cancelled', default: 0 })
  imagesCancelled!: number;

  /** Source bytes of completed images. A string, because the column is a bigint. */
  @Column('bigint', { name: 'bytes_in', default: 0 })
  bytesIn!: string;

  /** Bytes of the first outputs of completed images. */
  @Column('bigint', { name: 'bytes_out', default: 0 })
  bytesOut!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt!: Date | null;

  /** Time of the last retry, which made failed or canceled images pending. */
  @Column('timestamptz', { name: 'retried_at', nullable: true })
  retriedAt!: Date | null;

  /** Number of images that were already completed at `retriedAt`. */
  @Column('int', { name: 'images_kept', default: 0 })
  imagesKept!: number;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  /** Latest scheduled time of the images that are waiting for another attempt. Null if no image is waiting. */
  @VirtualColumn('timestamptz', {
    query: (request) =>
      `SELECT max(not_before) FROM images WHERE request_id = ${request}.id
       AND status = 'pending' AND same_as IS NULL AND not_before > now() AND not_before < 'infinity'`,
  })
  waitsUntil!: Date | null;

  /** `Idempotency-Key` of the upload, kept for 24 hours. Unique per owner. */
  @Column('text', { name: 'idempotency_key', nullable: true })
  idempotencyKey!: string | null;

  /** SHA-256 (hex) of the product file and the options. */
  @Column('text', { name: 'idempotency_fingerprint', nullable: true })
  idempotencyFingerprint!: string | null;

  @Column('jsonb', { name: 'idempotency_answer', nullable: true })
  idempotencyResponse!: FirstResponse | null;

  /** Span of the upload (W3C Trace Context), the parent of image and delivery spans. Null if not traced. */
  @Column('text', { nullable: true })
  traceparent!: string | null;
}
