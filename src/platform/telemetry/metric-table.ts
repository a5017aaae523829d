import { counter, gauge, histogram } from './metric-definition.js';

/** Bucket bounds in seconds, from a lookup in the page cache to the wait for a large catalog. */
const STAGE_BUCKETS_SECONDS = [
  0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200,
];
const CALL_BUCKETS_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * All metrics of Pressroom, in the order of the reference. The names follow the Prometheus conventions.
 * Each process counts its own work. Metrics from PostgreSQL and Redis describe the entire installation, so
 * every process reports the same value. Aggregate these with `max`, not `sum`.
 */
export const METRICS = {
  pressroom_build_info: gauge('Version and role of the process.', 'version', 'role'),

  pressroom_images_completed_total: counter(
    'Images that ended without an error. Repeated URLs in one request count once. `artifact` is `none` for an audit without compression.',
    'artifact',
  ),
  pressroom_images_failed_total: counter('Images that ended with an error.', 'code'),
  pressroom_images_retried_total: counter('Attempts that failed and will be retried.', 'code'),
  pressroom_images_released_total: counter(
    'Images that this process released without a result: `unclaimed`, `lost` (canceled or claimed by another worker) or `stopping`.',
    'reason',
  ),
  pressroom_image_source_bytes_total: counter('Source bytes of completed images.'),
  pressroom_image_artifact_bytes_total: counter('Artifact bytes of completed images.'),
  pressroom_image_duration_seconds: histogram(
    'Duration of an image attempt, from the claim to the recorded result.',
    STAGE_BUCKETS_SECONDS,
  ),
  pressroom_image_stage_duration_seconds: histogram(
    'Duration of an image stage. Skipped stages are not observed.',
    STAGE_BUCKETS_SECONDS,
    'stage',
  ),

  pressroom_requests_open: gauge('Requests with unfinished images, across all processes.'),
  pressroom_images_open: gauge(
    'Unfinished images, across all processes. Paused images are not counted.',
  ),
  pressroom_images_paused: gauge(
    'Images that are waiting because an operator paused their origin or owner, across all processes.',
  ),
  pressroom_images_dispatched: gauge(
    'Images that are `queued` for a worker or in `processing`, across all processes.',
    'state',
  ),
  pressroom_oldest_waiting_image_age_seconds: gauge(
    'Time since the oldest unclaimed image of the 100 oldest unfinished requests became due.',
  ),
  pressroom_oldest_untouched_request_age_seconds: gauge(
    'Age of the oldest request without a claimed image, among the 100 oldest. Fair scheduling keeps it at a few seconds.',
  ),
  pressroom_queue_jobs: gauge(
    'Jobs in Redis, `waiting` or `active`, across all processes.',
    'queue',
    'state',
  ),
  pressroom_dispatch_window_images: gauge('Maximum number of waiting image jobs.'),

  pressroom_downloads_running: gauge('Image downloads in progress.'),
  pressroom_downloads_max: gauge('Maximum number of concurrent image downloads.'),
  pressroom_origins: gauge(
    'Image hosts known to this process: all (`known`), with a learned rate (`limited`), paused because of ' +
      'their responses (`paused`), or not responding (`unavailable`).',
    'state',
  ),

  pressroom_decoders_running: gauge('Decoder processes.'),
  pressroom_decoder_tasks: gauge('Images `waiting` for a decoder or `running` in one.', 'state'),
  pressroom_decoder_memory_bytes: gauge('Resident memory of all decoder processes.'),
  pressroom_decoder_largest_memory_bytes: gauge('Resident memory of the largest decoder process.'),
  pressroom_decoder_memory_max_bytes: gauge('Memory limit of one decoder process.'),
  pressroom_decoder_exits_total: counter(
    'Ended decoder processes: `crashed`, `timed_out`, `memory_exceeded`, `not_started`, `aborted` (a ' +
      'canceled image), `retired` (kept too much memory) or `stopped`.',
    'reason',
  ),

  pressroom_webhook_attempts_total: counter('Webhook delivery attempts.', 'outcome'),
  pressroom_webhook_attempt_duration_seconds: histogram(
    'Duration of a webhook delivery attempt.',
    CALL_BUCKETS_SECONDS,
  ),
  pressroom_webhook_deliveries_open: gauge('Unfinished webhook deliveries, across all processes.'),
  pressroom_oldest_due_delivery_age_seconds: gauge(
    'Time since the oldest webhook delivery became due.',
  ),

  pressroom_storage_operation_duration_seconds: histogram(
    'Duration of an artifact storage operation. A read ends when its first bytes are available.',
    CALL_BUCKETS_SECONDS,
    'operation',
    'driver',
  ),
  pressroom_storage_operation_errors_total: counter(
    'Failed artifact storage operations.',
    'operation',
    'driver',
  ),

  pressroom_storage_used_bytes: gauge('Total size of all artifacts, across all processes.'),
  pressroom_storage_max_bytes: gauge('Value of `MAX_STORAGE_BYTES`. Absent if there is no limit.'),
  pressroom_storage_growth_bytes_per_day: gauge(
    'Average daily growth of the artifacts over the last 7 days, across all processes. Negative when they shrink.',
  ),

  pressroom_dependency_up: gauge(
    '1 if this process can use the dependency, otherwise 0. Full storage counts as 0, a used-up budget as 1. ' +
      'Processes that handle no images report no value for storage.',
    'dependency',
  ),
  pressroom_postgresql_pool_connections: gauge(
    'Connections from this process to PostgreSQL, `active` or `idle`.',
    'state',
  ),
  pressroom_postgresql_pool_waiting: gauge('Statements that are waiting for a connection.'),
  pressroom_postgresql_pool_max: gauge(
    'Maximum number of connections from this process to PostgreSQL.',
  ),
} as const;

export type MetricTable = typeof METRICS;
export type MetricName = keyof MetricTable;
