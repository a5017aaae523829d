import type { Origin, OriginList, OwnerQueueList } from '../api/types.js';
import { formatTime, formatCount, formatDuration, formatRate } from '../format.js';
import { formatOwnerName } from './operator-client.js';
import { Listing, useListing } from './listing.js';
import type { PauseTarget } from './pause-dialog.js';

interface Props {
  version: number;
  onPause: (target: PauseTarget) => void;
}

/** Lists the unfinished work of each owner. */
export function Owners({ version, onPause }: Props) {
  const { data, error, showMore } = useListing<OwnerQueueList>('/owners', version);
  return (
    <Listing
      title="Queue by owner"
      columns={['Owner', 'Waiting', 'In progress', 'Unfinished requests', 'Oldest', 'Action']}
      error={error}
      onShowMore={showMore}
      emptyText={data && 'No images are waiting.'}
      rows={(data?.owners ?? []).map((queue) => (
        <tr key={queue.owner}>
          <td class="breakable">{formatOwnerName(queue.owner)}</td>
          <td class="number">{formatCount(queue.images_waiting)}</td>
          <td class="number">{formatCount(queue.images_in_progress)}</td>
          <td class="number">{formatCount(queue.open_requests)}</td>
          <td class="number">{formatDuration(queue.oldest_seconds)}</td>
          <td>
            <PauseButton target={{ kind: 'owner', name: queue.owner }} onPause={onPause} />
          </td>
        </tr>
      ))}
    />
  );
}

/** Lists the hosts from which images will be downloaded. */
export function Origins({ version, onPause }: Props) {
  const { data, error, showMore } = useListing<OriginList>('/origins', version);
  const countPrefix = data?.is_partial ? 'at least ' : '';
  return (
    <Listing
      title="Origins"
      columns={['Host', 'Waiting', 'Downloads', 'Rate', 'State', 'Action']}
      error={error}
      onShowMore={showMore}
      emptyText={data && 'No images are waiting for a host.'}
      rows={(data?.origins ?? []).map((origin) => (
        <tr key={origin.host}>
          <td class="breakable">{origin.host}</td>
          <td class="number">
            {countPrefix}
            {formatCount(origin.images_waiting)}
          </td>
          <td class="number">
            {origin.concurrency > 0
              ? `${formatCount(origin.downloads)} of ${formatCount(origin.concurrency)}`
              : '–'}
          </td>
          <td class="number">
            {origin.requests_per_minute === null
              ? 'No known limit'
              : `${formatRate(origin.requests_per_minute)} per minute`}
          </td>
          <td class="breakable">
            <OriginState origin={origin} />
          </td>
          <td>
            {!origin.is_paused && (
              <PauseButton target={{ kind: 'origin', name: origin.host }} onPause={onPause} />
            )}
          </td>
        </tr>
      ))}
    />
  );
}

function OriginState({ origin }: { origin: Origin }) {
  const { tone, label } = describeState(origin);
  const untilText = origin.paused_until === null ? '' : ` until ${formatTime(origin.paused_until)}`;
  return (
    <>
      <span class={`badge ${tone}`}>
        {label}
        {untilText}
      </span>
      {origin.reason && <span class="soft block">{origin.reason}</span>}
    </>
  );
}

function describeState({ is_paused, breaker, paused_until }: Origin): {
  tone: string;
  label: string;
} {
  if (is_paused) return { tone: 'warn', label: 'Paused' };
  if (breaker === 'open') return { tone: 'bad', label: 'Not responding' };
  if (breaker === 'probing') return { tone: 'warn', label: 'Testing' };
  if (paused_until !== null) return { tone: 'warn', label: 'Limited' };
  return { tone: 'good', label: 'Available' };
}

interface PauseButtonProps {
  target: PauseTarget;
  onPause: (target: PauseTarget) => void;
}

function PauseButton({ target, onPause }: PauseButtonProps) {
  return (
    <button
      class="button tiny"
      type="button"
      aria-label={`Pause ${formatOwnerName(target.name)}`}
      onClick={() => onPause(target)}
    >
      Pause
    </button>
  );
}
