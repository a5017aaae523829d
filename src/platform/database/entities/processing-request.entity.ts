import { Column, Entity, Index, PrimaryColumn, VirtualColumn } from 'typeorm';
import type { CatalogDescription } from '../../catalog/catalog-reader.js';
import type { CompressionOptions } from '../../compression/compression-options.js';
import type { AuditScope, PresetId } from '../../presets/preset.js';
import type { RequestOutput } from '../request-output.js';
import { REQUEST_STATUSES, type RequestStatus } from '../states.js';

/** Header names of the columns as stored by the previous version. Read `catalogOf(request)` instead. */
export interface ColumnMapping {
  serial_number: string;
  product_name: string;
  input_image_urls: string;
}

/** Dialect of a CSV as stored by the previous version. Read `catalogOf(request)` instead. */
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
  /** JSON without the webhook secret, which only the first response shows. */
  body: string;
}

/** One uploaded product file. Statements that change its images also update the counters. */
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
  /** UUID v7: sorts by age. */
  @PrimaryColumn('uuid')
  id!: string;

  /** Name of the API key that uploaded it; empty when there were no keys. */
  @Column('text', { default: '' })
  owner!: string;

  @Column('enum', { enum: REQUEST_STATUSES, enumName: 'request_status', default: 'pending' })
  status!: RequestStatus;

  /** File name that the client sent. A label, never a path. */
  @Column('text')
  filename!: string;

  /** Description for writing the product file again; null: stored by the previous version. */
  @Column('jsonb', { nullable: true })
  catalog!: CatalogDescription | null;

  /** The header's original cells, in order. */
  @Column('text', { array: true })
  header!: string[];

  /** For the previous version, like `urlColumn` and `dialect`. See `catalogOf(request)`. */
  @Column('jsonb')
  columns!: ColumnMapping;

  /** Position of the first image column in the header, from 0. */
  @Column('int', { name: 'url_column' })
  urlColumn!: number;

  @Column('jsonb')
  dialect!: CsvDialect;

  /** Options of the first output. */
  @Column('jsonb')
  options!: CompressionOptions;

  /** Null: one output without a name. Read `outputsOf(request)` instead. */
  @Column('jsonb', { nullable: true })
  outputs!: RequestOutput[] | null;

  /**
   * Bytes of additional outputs of completed images, by position in `outputs`. Null without
   * `outputs`.
   */
  @VirtualColumn('json', {
    query: (request) =>
      `SELECT CASE WHEN ${request}.outputs IS NOT NULL THEN (
         SELECT coalesce(json_object_agg(output, bytes_out), '{}') FROM request_outputs
         WHERE request_id = ${request}.id) END`,
  })
  additionalBytes!: Record<string, number> | null;

  /** The output file has a column with `srcset` values. */
  @Column('boolean', { default: false })
  srcset!: boolean;

  /** Template of the names of its images, as uploaded; null: images have the names of their artifacts. */
  @Column('text', { name: 'filename_template', nullable: true })
  filenameTemplate!: string | null;

  /** Preset of the upload; null: none. */
  @Column('text', { nullable: true })
  preset!: PresetId | null;

  /** Files that are checked against the limits of the preset; null: none. */
  @Column('text', { nullable: true })
  audit!: AuditScope | null;

  /** Base of absolute URLs in responses and webhooks: `PUBLIC_URL`, else the host of the upload. */
  @Column('text', { name: 'base_url' })
  baseUrl!: string;

  @Column('text', { name: 'webhook_url', nullable: true })
  webhookUrl!: string | null;

  /** `whsec_…`; signs the deliveries of this request. */
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

  /** Bytes of the sources of completed images; a string, because it is a bigint. */
  @Column('bigint', { name: 'bytes_in', default: 0 })
  bytesIn!: string;

  /** Artifact bytes of completed images. */
  @Column('bigint', { name: 'bytes_out', default: 0 })
  bytesOut!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt!: Date | null;

  /** Time at which its failed or canceled images last became pending. */
  @Column('timestamptz', { name: 'retried_at', nullable: true })
  retriedAt!: Date | null;

  /** Number of images that were completed before `retriedAt`. */
  @Column('int', { name: 'images_kept', default: 0 })
  imagesKept!: number;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  /** Time at which the last image that waits for another attempt may start. Null when no image waits. */
  @VirtualColumn('timestamptz', {
    query: (request) =>
      `SELECT max(not_before) FROM images WHERE request_id = ${request}.id
       AND status = 'pending' AND same_as IS NULL AND not_before > now() AND not_before < 'infinity'`,
  })
  waitsUntil!: Date | null;

  /** `Idempotency-Key` of the upload, for 24 hours; unique for its owner. */
  @Column('text', { name: 'idempotency_key', nullable: true })
  idempotencyKey!: string | null;

  /** SHA-256 (hex) of the product file and the options. */
  @Column('text', { name: 'idempotency_fingerprint', nullable: true })
  idempotencyFingerprint!: string | null;

  @Column('jsonb', { name: 'idempotency_answer', nullable: true })
  idempotencyResponse!: FirstResponse | null;

  /** Span of the upload (W3C Trace Context), parent of the spans of images and deliveries. Null: not traced. */
  @Column('text', { nullable: true })
  traceparent!: string | null;
}
