import type { AuditSummary, RequestSummary } from '../api/types.js';
import { formatBytes, formatCount, formatDateTime } from '../format.js';
import { StatusBadge } from '../components/status-badge.js';
import { PRESET_NAMES } from '../presets/preset-names.js';
import { Actions } from './actions.js';
import { isCheckOnly, type StatusDetails } from './use-status-details.js';

interface Props {
  summary: RequestSummary;
  details: StatusDetails | undefined;
  onRequestChange: () => void;
}

/** Shows the file name, options and actions of a request. */
export function RequestHeader({ summary, details, onRequestChange }: Props) {
  const audit = details?.audit ?? null;
  return (
    <header class="head">
      <div>
        <div class="row">
          <h1 class="breakable">{summary.filename}</h1>
          <StatusBadge request={summary} />
        </div>
        <p class="soft small">
          {formatDateTime(summary.created_at)}
          {details && ` · ${describeOptions(summary, audit)}`}
        </p>
      </div>
      <Actions
        summary={summary}
        isCheckOnly={isCheckOnly(audit)}
        onRequestChange={onRequestChange}
      />
    </header>
  );
}

/** Describes the options of the upload. */
function describeOptions({ options, outputs }: RequestSummary, audit: AuditSummary | null): string {
  if (audit && isCheckOnly(audit)) return `check for ${PRESET_NAMES[audit.preset]} only`;
  const check = audit ? ` · check for ${PRESET_NAMES[audit.preset]}` : '';
  if (outputs) return `outputs ${outputs.map(({ name }) => name).join(', ')}${check}`;
  const format = options.format === 'original' ? 'original format' : options.format.toUpperCase();
  const maxDimensions = [
    options.max_width && ` · max width ${formatCount(options.max_width)} px`,
    options.max_height && ` · max height ${formatCount(options.max_height)} px`,
  ];
  return `${describeQuality(options)} · ${format}${maxDimensions.filter(Boolean).join('')}`;
}

/** Describes the quality of the upload, or how the quality is chosen for each image. */
function describeQuality({ quality, target_score, max_bytes }: RequestSummary['options']): string {
  const size = max_bytes === undefined ? '' : `, at most ${formatBytes(max_bytes)}`;
  if (target_score !== undefined) return `automatic quality (score ${target_score})${size}`;
  return size === '' ? `quality ${quality}` : `quality up to ${quality}${size}`;
}
