import { useEffect, useState } from 'preact/hooks';
import type { Progress, RequestSummary } from '../api/types.js';
import { retryNow } from '../api/resume.js';
import {
  formatSizeChange,
  formatTime,
  formatCount,
  formatQuantity,
  formatDifference,
  formatDuration,
  formatPercent,
  formatRate,
} from '../format.js';
import { getBadge } from '../components/status-badge.js';
import type { Connection } from './watch-request.js';
import { isFinal } from './watch-request.js';

interface Props {
  summary: RequestSummary;
  connection: Connection;
  /** True if the images are only checked, not compressed. */
  isCheckOnly: boolean;
}

/** Shows the progress. Reserves space for each statistic to avoid layout shifts. */
export function ProgressPanel({ summary, connection, isCheckOnly }: Props) {
  const { progress } = summary;
  const hasEnded = isFinal(summary);
  const difference = formatDifference(progress.bytes_in, progress.bytes_out);
  return (
    <section class="sheet progress-panel" aria-label="Progress">
      <div class="progress-line">
        <strong class="percent number">{formatPercent(Math.floor(progress.percent))}</strong>
        <span class="soft number">{describeProgress(progress, isCheckOnly)}</span>
        <span class="connection soft small" role="status">
          {connection === 'disconnected' && (
            <>
              Pressroom is not responding. Retrying automatically. No images are lost. <RetryNow />
            </>
          )}
          {connection === 'polling' && !hasEnded && 'Updates every 2 s'}
          {connection === 'live' &&
            progress.waits_until &&
            `Waiting to retry some images. Last retry at ${formatTime(progress.waits_until)}`}
        </span>
      </div>
      <progress
        class={getBadge(summary).tone}
        max="100"
        value={progress.percent}
        aria-label="Images finished"
      />
      <dl class="statistics">
        {isCheckOnly ? (
          <Statistic
            name={hasEnded ? 'Checked' : 'Checked so far'}
            value={formatCount(progress.completed)}
          />
        ) : (
          <Statistic
            name={hasEnded ? difference.label : `${difference.label} so far`}
            value={difference.size}
          >
            {formatSizeChange(progress.bytes_in, progress.bytes_out)}
          </Statistic>
        )}
        <Statistic
          name={hasEnded ? 'Average speed' : 'Speed'}
          value={formatRate(progress.images_per_second)}
        >
          images/s
        </Statistic>
        <Statistic name={hasEnded ? 'Duration' : 'Time left'} value={describeTime(summary)} />
        <Statistic name="Failed" value={formatCount(progress.failed)} isBad={progress.failed > 0}>
          {progress.cancelled > 0 ? `${formatCount(progress.cancelled)} canceled` : ''}
        </Statistic>
      </dl>
      <Announcer summary={summary} isCheckOnly={isCheckOnly} />
    </section>
  );
}

/** Describes how many images are compressed or checked, failed and canceled. */
function describeProgress(
  { total, completed, failed, cancelled }: Progress,
  isCheckOnly: boolean,
): string {
  if (failed === 0 && cancelled === 0)
    return `${formatCount(completed)} of ${formatQuantity(total, 'image')}`;
  const otherOutcomes = [
    failed > 0 && `${formatCount(failed)} failed`,
    cancelled > 0 && `${formatCount(cancelled)} canceled`,
  ];
  return [
    `${formatCount(completed)} of ${formatQuantity(total, 'image')} ${isCheckOnly ? 'checked' : 'compressed'}`,
    ...otherOutcomes.filter(Boolean),
  ].join(', ');
}

export function RetryNow() {
  return (
    <button class="as-link" type="button" onClick={retryNow}>
      Retry now
    </button>
  );
}

interface StatisticProps {
  name: string;
  value: string;
  isBad?: boolean;
  children?: string;
}

function Statistic({ name, value, isBad, children }: StatisticProps) {
  return (
    <div class={isBad ? 'bad' : ''}>
      <dt>{name}</dt>
      <dd class="number">
        {value} <small>{children}</small>
      </dd>
    </div>
  );
}

function describeTime(summary: RequestSummary): string {
  const { started_at, retried_at, completed_at, progress } = summary;
  if (isFinal(summary)) {
    const startedAt = retried_at ?? started_at;
    if (!startedAt || !completed_at) return '–';
    return formatDuration((Date.parse(completed_at) - Date.parse(startedAt)) / 1000);
  }
  return progress.eta_seconds === null ? 'Estimating…' : formatDuration(progress.eta_seconds);
}

/** Announces progress to screen readers every 25% and at the end. */
function Announcer({ summary, isCheckOnly }: Pick<Props, 'summary' | 'isCheckOnly'>) {
  const { progress, status } = summary;
  const quarter = Math.floor(progress.percent / 25) * 25;
  const [announcement, setAnnouncement] = useState('');
  useEffect(() => {
    const failedText =
      progress.failed > 0 ? `, ${formatQuantity(progress.failed, 'image')} failed` : '';
    if (isFinal(summary))
      setAnnouncement(`${getBadge(summary).label}: ${describeProgress(progress, isCheckOnly)}.`);
    else if (quarter > 0)
      setAnnouncement(`${quarter} percent of the images are finished${failedText}.`);
  }, [quarter, status]);
  return (
    <p class="visually-hidden" role="status">
      {announcement}
    </p>
  );
}
